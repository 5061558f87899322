Feature: The availability set by the status that speaks of it
  The guide says that the interface SETs the availability of connectors, and shows no item for it. What is set there may
  be ConnectorState_Available: an option lets it be written, with the meaning of ConnectorAvailability.

  Background:
    Given a charge controller with the site "guide"

  @O-6
  Scenario: It cannot be set unless an option says so
    Given the connector runs
    When Building Operation sets "ConnectorState_Available" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write is refused: VALUE_NOT_WRITEABLE
    And the controller was sent 0 changes

  @O-6
  Scenario: With the option it makes a connector inoperative, and operative again
    Given ConnectorState_Available can be set
    And the connector runs
    When Building Operation sets "ConnectorState_Available" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    When the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                       | Value |
      | ConnectorAvailability      | False |
      | ConnectorState_Unavailable | True  |
      | ConnectorState_Available   | False |
    When Building Operation sets "ConnectorState_Available" of "EVCE Zones/Z1/EVSimu1/Connector-1" to True
    Then the write succeeds
    When the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value |
      | ConnectorAvailability    | True  |
      | ConnectorState_Available | True  |

  @O-6
  Scenario: A status follows the connector, not what was set
    Given ConnectorState_Available can be set
    And the connector runs
    When the status of connector "EVSimu1/1" becomes charging
    And the connector polls once more
    And Building Operation sets "ConnectorState_Available" of "EVCE Zones/Z1/EVSimu1/Connector-1" to True
    Then the write succeeds
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value |
      | ConnectorState_Available | False |
      | ConnectorState_Charging  | True  |

  @O-6
  Scenario: Both items of a connector with different values are refused
    Given ConnectorState_Available can be set
    And the connector runs
    When Building Operation sets at once
      | folder                            | name                     | value |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorState_Available | False |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorAvailability    | True  |
    Then the controller was sent 0 changes
    When Building Operation sets at once
      | folder                            | name                     | value |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorState_Available | False |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorAvailability    | False |
    Then the write succeeds
    And the controller was sent 1 change
