Feature: What Building Operation can ask of the server
  Every group of EWS operations, in the words of whoever uses it.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs

  @R-2 @O-13
  Scenario: The server says what it offers, and only that
    Then the server offers
      | operation                  |
      | GetWebServiceInformation   |
      | GetContainerItems          |
      | GetItems                   |
      | GetValues                  |
      | SetValues                  |
      | GetHistory                 |
      | GetAlarmEvents             |
      | GetUpdatedAlarmEvents      |
      | AcknowledgeAlarmEvents     |
      | GetAlarmEventTypes         |
      | GetAlarmHistory            |
      | GetHierarchicalInformation |
      | GetEnums                   |
      | Subscribe                  |
      | Renew                      |
      | Unsubscribe                |
      | GetNotification            |
      | GetSystemEvents            |
      | GetSystemEventTypes        |
    And forcing a value is answered by the fault Operation_Not_Supported

  @R-2
  Scenario: A wrong id among good ones spoils nothing
    When Building Operation reads "Zones/1/ZoneName" and "Zones/99/ZoneName"
    Then it gets the value "Z1" and the refusal INVALID_ID of "Zones/99/ZoneName"

  @R-2
  Scenario: An item knows where it stands
    Then the item "EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorIsDC" stands below "Server", "Site", "Zones/1", "Stations/1" and "Stations/1/Connectors/1"

  @R-2
  Scenario: Booleans and connector statuses are enumerations
    Then the enumeration "Enums/Boolean" has the texts False, True
    And the enumeration "Enums/ConnectorStatus" has 9 texts

  @R-2 @O-13
  Scenario: A subscription brings everything first, then what changed
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    Then the next notification brings 26 values
    When the connector polls once more
    Then the next notification brings 0 values
    When the set point current of connector "EVSimu1/1" becomes 16
    And the connector polls once more
    Then the next notification brings "ConnectorSetPointCurrent" as 16

  @R-2 @O-13
  Scenario: A notification whose answer was lost can be fetched again
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    Then the next notification brings 26 values
    When the set point current of connector "EVSimu1/1" becomes 16
    And the connector polls once more
    And the answer to the next notification is lost
    Then the next notification brings "ConnectorSetPointCurrent" as 16

  @R-2 @O-13
  Scenario: A subscription ends by itself
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And 31 minutes pass
    Then the next notification is refused by the fault Invalid_Subscription

  @R-2 @O-13
  Scenario Outline: A subscription ends in its time when the connector's clock is set <way>
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And the connector's clock is set <way> by 24 hours
    And <minutes> minutes pass
    Then the next notification <ends>

    Examples:
      | way     | minutes | ends                                         |
      | forward | 29      | brings 26 values                             |
      | back    | 31      | is refused by the fault Invalid_Subscription |

  @R-2 @O-13
  Scenario: A subscription ends by request
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And Building Operation ends its subscription
    Then the next notification is refused by the fault Invalid_Subscription
    And ending it again is refused by the fault Subscription_Terminated

  @R-2 @O-12 @O-13
  Scenario: A subscription to alarms brings an alarm when it is raised
    When Building Operation subscribes to the alarms of "EVCE Zones/Z1/EVSimu1"
    Then the next notification brings no alarm
    When the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    Then the next notification brings an alarm of category EVCE Fault

  @O-12 @O-13
  Scenario: What changed of the alarms since the last look
    When Building Operation has looked at the alarms
    And the status of connector "EVSimu1/1" becomes faulted
    And the connector polls once more
    Then 1 alarm has changed since the last look
    And 0 alarms have changed since the last look

  @O-12 @O-13
  Scenario: An alarm that is over has changed to Normal
    When Building Operation has looked at the alarms
    And the status of connector "EVSimu1/1" becomes unavailable
    And the connector polls once more
    Then 1 alarm has changed since the last look, and is Active
    When the status of connector "EVSimu1/1" becomes available
    And the connector polls 4 times
    Then 1 alarm has changed since the last look, and is Normal

  @O-12
  Scenario: The categories of alarms are known
    Then the alarm categories include EVCE Fault, EVCE Communication and EVCE Availability

  @R-2
  Scenario: Values come in the order in which they were asked for
    Then the values of "Zones/3/ZoneName", "Zones/1/ZoneName", "Stations/1/StationOCPPIdentifier" and "Zones/2/ZoneName" are Z3, Z1, EVSimu1 and Z2

  @R-2 @O-13
  Scenario: Two subscriptions each bring their own changes
    When Building Operation subscribes to the values of "EVCE Zones/Z1" and to those of "EVCE Zones/Z2"
    And the maximum current of zone "Z1" becomes 80
    And the maximum current of zone "Z2" becomes 50
    And the connector polls once more
    Then the first subscription brings "Zones/1/ZoneMaxCurrent(A)" as 80 and nothing else
    And the second subscription brings "Zones/2/ZoneMaxCurrent(A)" as 50 and nothing else
    When the maximum current of zone "Z2" becomes 40
    And the connector polls once more
    Then the second subscription brings "Zones/2/ZoneMaxCurrent(A)" as 40 and nothing else

  @R-2 @O-13
  Scenario: A subscription that is renewed lives on, and then ends
    When Building Operation subscribes to the values of "EVCE Zones/Z1/EVSimu1/Connector-1"
    And 20 minutes pass
    And Building Operation renews its subscription
    And 20 minutes pass
    Then the next notification brings 26 values
    When 11 minutes pass
    Then the next notification is refused by the fault Invalid_Subscription
