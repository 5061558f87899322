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
  Scenario Outline: A station that says itself that it is <status> raises priority <priority>, <category>
    When the status of station "EVSimu1" becomes <status>
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority <priority> and category <category>
    And its message names "status <status>"

    Examples:
      | status      | priority | category          |
      | faulted     | 100      | EVCE Fault        |
      | unavailable | 300      | EVCE Availability |

  @O-12
  Scenario: A station says nothing of its connectors while it is not connected
    When the connection of station "EVSimu1" becomes lost
    And the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    Then Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario Outline: A station that is not connected has polls of <interval> s, and <polls> of them
    Given the status interval is <interval> s
    When the connector is stopped for 1 minutes and started again
    And the connection of station "EVSimu1" becomes lost
    And the connector polls <polls> times
    Then the alarm "Station-EVSimu1_Alarm" is <state>

    Examples:
      | interval | polls | state  |
      | 29       | 2     | Normal |
      | 29       | 3     | Active |
      | 30       | 2     | Active |

  @O-12
  Scenario Outline: A fault that is acknowledged and over is Normal after 30 s: <polls> polls of <interval> s
    Given the status interval is <interval> s
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    And the status of connector "EVSimu1/1" becomes available
    And the connector polls <polls> times
    Then the alarm "Station-EVSimu1_Alarm" is <state>

    Examples:
      | interval | polls | state        |
      | 29       | 2     | Acknowledged |
      | 29       | 3     | Normal       |
      | 30       | 2     | Normal       |

  @O-12
  Scenario: A mild alarm can be acknowledged, and is Normal when it is over whether or not it was
    When the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    Then the acknowledgement of the alarm of station "EVSimu1" is possible
    When the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    Then the alarm of station "EVSimu1" is Acknowledged
    When the status of connector "EVSimu1/1" becomes available
    And the connector polls 4 times
    Then Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario: A message names whatever has the alarm's category, and nothing milder
    Given a further connector on station "EVSimu1"
      | status     | faulted      |
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault
    And its message names "faulted"
    And its message does not name "unavailable"

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

  @O-6 @O-12
  Scenario: A connector that Building Operation made inoperative excuses no other station
    Given a further station with OCPP identifier EVSimu2
    When the connector is stopped for 1 minutes and started again
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And the status of station "EVSimu2" becomes unavailable
    And the connector polls once more
    Then the alarm of station "EVSimu2" is Active with priority 300 and category EVCE Availability
    And Building Operation sees no alarm of station "EVSimu1"

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

  @O-11
  Scenario: The alarm of the connector itself says how urgent a lost controller is
    When the charge controller vanishes
    And 3 minutes pass
    Then the alarm "EVCE-Interface_Alarm" has priority 50 and category EVCE Interface

  @O-11
  Scenario Outline: A controller that is lost is an alarm after 30 s: <seconds> s at an interval of <interval> s
    Given the status interval is <interval> s
    When the connector is stopped for 1 minutes and started again
    And the charge controller vanishes
    And <seconds> seconds pass
    Then the alarm "EVCE-Interface_Alarm" is <state>

    Examples:
      | interval | seconds | state  |
      | 29       | 60      | Normal |
      | 30       | 59      | Normal |
      | 30       | 61      | Active |

  @O-11 @C-7 @contract
  Scenario: A refused login is an alarm at once, and over with the first good poll
    When the controller's password is changed
    And 20 seconds pass
    Then the alarm "EVCE-Interface_Alarm" has priority 40 and category EVCE Interface
    When the controller's password is changed back
    And 56 seconds pass
    Then the alarm "EVCE-Interface_Alarm" is Normal

  @O-11 @P-3
  Scenario: Samples that were missed are an alarm until the next ones are taken
    When 16 minutes pass
    And the connector is stopped for 40 minutes and started again
    Then the alarm "EVCE-Interface_Alarm" has priority 400 and category EVCE Interface
    When 241 seconds pass
    Then the alarm "EVCE-Interface_Alarm" is Normal

  @O-11 @P-1
  Scenario Outline: A station that was replaced is an alarm for five minutes, and waits for its acknowledgement
    When <seconds> seconds pass
    And the serial number of station "EVSimu1" becomes SN-NEW
    And the set-up processor runs
    Then the alarm "EVCE-Interface_Alarm" has priority 450 and category EVCE Interface
    When 300 seconds pass
    Then the alarm "EVCE-Interface_Alarm" is <state>

    Examples: polled 299 s, and 300 s, after it was noticed
      | seconds | state  |
      | 1       | Active |
      | 15      | Reset  |

  @O-11 @R-3
  Scenario: Another version of the API is an alarm
    When the charge controller changes to API version 7
    And the connector polls once more
    Then the alarm "EVCE-Interface_Alarm" has priority 600 and category EVCE Interface
    When the charge controller changes to API version 6
    And the connector polls 4 times
    Then the alarm "EVCE-Interface_Alarm" is Normal

  @O-12
  Scenario: The table can be configured
    Given the alarm rule for suspendedEVSE has priority 480 and category Load
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes suspendedEVSE
    And the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 480 and category Load

  @O-12
  Scenario: A rule that is only switched on keeps its priority and category
    Given the alarm rule for suspendedEVSE is switched on
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes suspendedEVSE
    And the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 500 and category EVCE Load management

  @O-12
  Scenario Outline: A rule may have priority <priority>
    Given the alarm rule for faulted has priority <priority> and category Load
    Then the configuration is accepted

    Examples:
      | priority |
      | 0        |
      | 1000     |

  @O-12
  Scenario Outline: A rule with priority <priority> is refused when it is loaded
    Given the alarm rule for suspendedEVSE has priority <priority> and category Load
    Then the configuration is refused: alarms.rules.0.priority

    Examples:
      | priority |
      | -1       |
      | 1001     |

  @O-12 @D-7
  Scenario: The second connector of the second station raises that station's alarm alone
    Given a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu2"
      | number | 1 |
    And a further connector on station "EVSimu2"
      | id     | 9 |
      | number | 2 |
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu2/2" becomes faulted
    And the connector polls once more
    Then the alarm of station "EVSimu2" is Active with priority 100 and category EVCE Fault
    And its message names "connector 2 faulted"
    And Building Operation sees no alarm of station "EVSimu1"

  @O-12
  Scenario: A station that is lost a second time has its 30 s again
    When the connection of station "EVSimu1" becomes lost
    And the connector polls 4 times
    And the connection of station "EVSimu1" becomes connected
    And the connector polls 4 times
    And the connection of station "EVSimu1" becomes lost
    And the connector polls once more
    Then Building Operation sees no alarm of station "EVSimu1"
    When the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 150 and category EVCE Communication

  @O-12
  Scenario: Two alarms are acknowledged in one request
    Given a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu2"
      | number | 1 |
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes faulted
    And the status of connector "EVSimu2/1" becomes faulted
    And the connector polls once more
    And Building Operation acknowledges the alarms of stations "EVSimu1" and "EVSimu2" at once
    Then the alarm of station "EVSimu1" is Acknowledged
    And the alarm of station "EVSimu2" is Acknowledged

  @O-12
  Scenario Outline: An alarm that stays has other words after 30 s, not before: <polls> polls of <interval> s
    Given the status interval is <interval> s
    When the connector is stopped for 1 minutes and started again
    And connector "EVSimu1/1" is faulted with the error code GroundFailure
    And the connector polls once more
    And connector "EVSimu1/1" is faulted with the error code HighTemperature
    And the connector polls <polls> times
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault
    And its message names "<words>"

    Examples:
      | interval | polls | words           |
      | 29       | 1     | GroundFailure   |
      | 29       | 2     | HighTemperature |
      | 30       | 1     | HighTemperature |

  @O-3 @O-12
  Scenario Outline: What is over when the connector starts again is an alarm for 30 s more: <polls> polls of 29 s
    Given the status interval is 29 s
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    And the status of connector "EVSimu1/1" becomes available
    And the connector is stopped for 1 minutes and started again
    And the connector polls <polls> times
    Then the alarm "Station-EVSimu1_Alarm" is <state>

    Examples:
      | polls | state  |
      | 1     | Active |
      | 2     | Normal |

  @O-12
  Scenario: What comes back before its alarm is over must be over for 30 s anew
    Given the status interval is 20 s
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" flaps between unavailable and available for 4 polls
    And the connector polls once more
    Then the alarm "Station-EVSimu1_Alarm" is Active
    When the connector polls once more
    Then the alarm "Station-EVSimu1_Alarm" is Normal

  @O-2 @O-12
  Scenario: What a station was before its controller was lost counts no longer when it returns
    When the connection of station "EVSimu1" becomes lost
    And the connector polls once more
    And the charge controller vanishes
    And 3 minutes pass
    And the charge controller returns
    And the connector polls once more
    Then Building Operation sees no alarm of station "EVSimu1"
    When the connector polls 3 times
    Then the alarm of station "EVSimu1" is Active with priority 150 and category EVCE Communication

  @O-3 @O-12
  Scenario: A station that is lost before and after a restart is one alarm all the time
    When the connection of station "EVSimu1" becomes lost
    And the connector polls 4 times
    And the connector is stopped for 1 minutes and started again
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 150 and category EVCE Communication
    And the alarm of station "EVSimu1" changed 1 time

  @O-12
  Scenario: Another category of the same priority raises the alarm again, although the first was acknowledged
    Given the alarm rule for suspendedEVSE has priority 300 and category Load
    When the connector is stopped for 1 minutes and started again
    And the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    And Building Operation acknowledges the alarm of station "EVSimu1"
    And the status of connector "EVSimu1/1" becomes suspendedEVSE
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 300 and category Load

  @O-12
  Scenario: A milder alarm does not take away that the worse one must be acknowledged
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    And the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls 4 times
    Then the alarm of station "EVSimu1" is Active with priority 300 and category EVCE Availability
    And the acknowledgement of the alarm of station "EVSimu1" is required

  @O-12
  Scenario: An alarm says when it began, whatever becomes of it
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    Then the alarm of station "EVSimu1" began 0 s before its last change
    When the connector polls 2 times
    And Building Operation acknowledges the alarm of station "EVSimu1"
    Then the alarm of station "EVSimu1" began 30 s before its last change

  @O-3 @O-12
  Scenario: The words of an alarm outlive a restart, and those of one that is over say how its station is
    When connector "EVSimu1/1" is faulted with the error code GroundFailure
    And the connector polls once more
    And the status of connector "EVSimu1/1" becomes preparing
    And the connector is stopped for 1 minutes and started again
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault
    And its message names "GroundFailure"
    When the connector polls 4 times
    Then the message of the alarm of station "EVSimu1" names "preparing"
