Feature: Alarms of the stations and of the connector itself
  One alarm a station. The worst of its connection, its status and its connectors decides priority and category; the
  lower the priority, the more urgent. The guide does not give the table: it is the project's own.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs

  @O-11 @D-7
  Scenario: Each station has one alarm, Normal while nothing is wrong
    Then the folder "EVCE Zones/Z1/EVSimu1" holds the alarm "Station-EVSimu1_Alarm"
    And its description begins with "Alarm for Station Status ["
    And Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario Outline: A connector that is <status> raises priority <priority>, <category>
    When the status of connector "EVSimu1/1" becomes <status>
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority <priority> and category <category>
    And its message names "EVSimu1"
    And its message names "<status>"

    Examples:
      | status      | priority | category          |
      | faulted     | 100      | EVCE Fault        |
      | unavailable | 300      | EVCE Availability |

  @O-12
  Scenario Outline: A connector that is <status> raises no alarm
    When the status of connector "EVSimu1/1" becomes <status>
    And the connector polls 4 times
    Then Building Operation sees no alarm of station "EVSimu1"

    Examples:
      | status        |
      | available     |
      | preparing     |
      | charging      |
      | suspendedEVSE |
      | suspendedEV   |
      | finishing     |
      | reserved      |

  @O-12
  Scenario: A station that is not connected raises its alarm after 30 s, not before
    When the connection of station "EVSimu1" becomes lost
    And the connector polls once more
    Then Building Operation sees no alarm of station "EVSimu1"
    When the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 150 and category EVCE Communication
    And its message names "not connected"

  @O-12
  Scenario: The message names the OCPP error code
    When connector "EVSimu1/1" is faulted with the error code GroundFailure
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault
    And its message names "GroundFailure"

  @O-12
  Scenario: A fault that is over waits for its acknowledgement
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And the status of connector "EVSimu1/1" becomes available
    And the connector polls 4 times
    Then the alarm of station "EVSimu1" is Reset
    When Building Operation acknowledges the alarm of station "EVSimu1"
    Then Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario: An acknowledged fault is Acknowledged until it is over, then Normal
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    Then the alarm of station "EVSimu1" is Acknowledged
    When the status of connector "EVSimu1/1" becomes available
    And the connector polls 4 times
    Then Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario: A worse category raises the alarm again, although the milder one was acknowledged
    When the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    And the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault

  @O-12
  Scenario: A connector that flaps does not flood
    When the status of connector "EVSimu1/1" flaps between faulted and available for 10 polls
    Then the alarm of station "EVSimu1" changed 1 time

  @O-6 @O-12
  Scenario: A connector that Building Operation made inoperative is no alarm
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And the connector polls 4 times
    Then Building Operation sees no alarm of station "EVSimu1"

  @O-3 @O-12
  Scenario: The acknowledgement outlives a restart
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    And the connector is stopped for 1 minutes and started again
    Then the alarm of station "EVSimu1" is Acknowledged
    And the alarm of station "EVSimu1" changed 2 times

  @O-11 @O-2
  Scenario: A controller that is lost is one alarm, of the connector, and the stations keep theirs
    When the charge controller vanishes
    And 3 minutes pass
    Then the alarm "EVCE-Interface_Alarm" is Active
    And Building Operation sees no alarm of station "EVSimu1"
    When the charge controller returns
    And 2 minutes pass
    Then the alarm "EVCE-Interface_Alarm" is Normal

  @O-12
  Scenario: The table can be configured
    Given the alarm rule for suspendedEVSE has priority 480 and category Load
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes suspendedEVSE
    And the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 480 and category Load

  @O-12
  Scenario: A rule that cannot be is refused when it is loaded
    Given the alarm rule for suspendedEVSE has priority 1001 and category Load
    Then the configuration is refused: alarms.rules.0.priority
