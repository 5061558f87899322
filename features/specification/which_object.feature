Feature: Which one is meant
  Ids that are neither numbers nor positions, items of one write in any order, and the second and third of many.

  Background:
    Given a charge controller with the site "guide"

  @O-6
  Scenario Outline: The availability of <connector> goes to the connector with the id <id>
    Given a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu1"
      | id     | 7 |
      | number | 3 |
    And a further connector on station "EVSimu2"
      | id     | 3 |
      | number | 1 |
    And a further connector on station "EVSimu2"
      | id     | 2 |
      | number | 7 |
    And the connector runs
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/<folder>" to False
    Then the write succeeds
    And these connectors are inoperative at the controller, and no other
      | <connector> |
    And "EVCE Zones/Z1/<folder>" shows
      | Name                  | Value |
      | ConnectorAvailability | False |
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/<folder>" to True
    Then the write succeeds
    And no connector is inoperative at the controller

    Examples:
      | connector | id | folder              |
      | EVSimu1/1 | 1  | EVSimu1/Connector-1 |
      | EVSimu1/3 | 7  | EVSimu1/Connector-3 |
      | EVSimu2/1 | 3  | EVSimu2/Connector-1 |
      | EVSimu2/7 | 2  | EVSimu2/Connector-7 |

  @O-6
  Scenario: Connectors of one write are each sent their own availability
    Given a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu1"
      | id     | 7 |
      | number | 3 |
    And a further connector on station "EVSimu2"
      | id           | 3  |
      | number       | 1  |
      | availability | no |
    And the connector runs
    When Building Operation sets at once
      | folder                            | name                  | value |
      | EVCE Zones/Z1/EVSimu2/Connector-1 | ConnectorAvailability | True  |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorAvailability | False |
      | EVCE Zones/Z1/EVSimu1/Connector-3 | ConnectorAvailability | False |
    Then the write succeeds
    And these connectors are inoperative at the controller, and no other
      | EVSimu1/1 |
      | EVSimu1/3 |
    And the controller was sent 3 changes

  @O-4 @O-5
  Scenario Outline: A reduction of <zone> goes to the zone with the id <id>
    Given a further zone "North" with the id 40
    And a further zone "South" with the id 17
    And the connector runs
    When Building Operation sets at once
      | folder            | name          | value                |
      | EVCE Zones/<zone> | ZoneReduction | 25                   |
      | EVCE Zones/<zone> | ZoneValidity  | 2030-06-01T12:00:00Z |
    Then the write succeeds
    And the controller has these reductions and no other
      | zone   | reduction | validity             |
      | Z1     | 10        | 2149-12-16T08:27:56Z |
      | <zone> | 25        | 2030-06-01T12:00:00Z |

    Examples:
      | zone  | id |
      | Z3    | 3  |
      | North | 40 |
      | South | 17 |

  @O-4 @O-5
  Scenario: A validity may stand before its reduction
    Given the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneValidity  | 2030-06-01T12:00:00Z |
      | EVCE Zones/Z2 | ZoneReduction | 40                   |
    Then the write succeeds
    And the controller has in zone "Z2" a reduction of 40 % until 2030-06-01T12:00:00Z
    And the controller was sent 1 change

  @O-4 @O-5
  Scenario: Zones of one write are each sent their own, in whatever order their items stand
    Given the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z3 | ZoneReduction | 60                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2031-07-02T13:00:00Z |
      | EVCE Zones/Z1 | ZoneReduction | 20                   |
      | EVCE Zones/Z3 | ZoneValidity  | 2030-06-01T12:00:00Z |
      | EVCE Zones/Z2 | ZoneReduction | 40                   |
    Then the write succeeds
    And the controller has these reductions and no other
      | zone | reduction | validity             |
      | Z1   | 20        | 2149-12-16T08:27:56Z |
      | Z2   | 40        | 2031-07-02T13:00:00Z |
      | Z3   | 60        | 2030-06-01T12:00:00Z |
    And the controller was sent 3 changes

  @O-4
  Scenario: Of several zones in one write each has its own result
    Given the charge controller keeps no reduction of 30
    And the connector runs
    When Building Operation sets at once
      | folder        | name          | value |
      | EVCE Zones/Z1 | ZoneReduction | 20    |
      | EVCE Zones/Z2 | ZoneReduction | 30    |
      | EVCE Zones/Z3 | ZoneReduction | 40    |
    Then of "EVCE Zones/Z1" the write of "ZoneReduction" succeeds
    And of "EVCE Zones/Z2" the write of "ZoneReduction" is refused: OPERATION_FAILED: the controller confirms another reduction: none
    And of "EVCE Zones/Z3" the write of "ZoneReduction" succeeds

  @O-4 @O-6
  Scenario: Every item of one write is a line of the ledger
    Given the connector runs
    When Building Operation sets at once
      | folder                            | name                  | value                |
      | EVCE Zones/Z1                     | ZoneValidity          | 2030-06-01T12:00:00Z |
      | EVCE Zones/Z1                     | ZoneReduction         | 20                   |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorAvailability | False                |
    Then the command ledger reads
      | user | item                                          | old                  | new                  | success | read back            |
      | ebo  | Zones/1/ZoneValidity                          | 2149-12-16T08:27:56Z | 2030-06-01T12:00:00Z | yes     | 2030-06-01T12:00:00Z |
      | ebo  | Zones/1/ZoneReduction                         | 10.0                 | 20.0                 | yes     | 20.0                 |
      | ebo  | Stations/1/Connectors/1/ConnectorAvailability | True                 | False                | yes     | False                |

  @O-4
  Scenario: While the heart beats, the reductions of all zones are renewed
    Given a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 30 s for 1 minutes
    And Building Operation sets at once
      | folder        | name          | value |
      | EVCE Zones/Z2 | ZoneReduction | 30    |
      | EVCE Zones/Z3 | ZoneReduction | 40    |
    And Building Operation writes its heartbeat each 30 s for 15 minutes
    Then "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 30.00 |
    And "EVCE Zones/Z3" shows
      | Name          | Value |
      | ZoneReduction | 40.00 |

  @D-4 @O-2
  Scenario: What belongs together is told by ids, not by positions
    Given a further zone "North" with the id 40
    And a further station with OCPP identifier EVSimu2
      | id   | 9  |
      | zone | 40 |
    And a further connector on station "EVSimu2"
      | id           | 5               |
      | number       | 4               |
      | active power | 1.5 / 2.5 / 3.5 |
    And the connector runs
    Then "EVCE Zones/North/EVSimu2/Connector-4" shows
      | Name                             | Value   |
      | ConnectorOverallActivePowerTotal | 7.50 kW |
    And "EVCE Zones/North" shows
      | Name                        | Value   |
      | ZoneId                      | 40      |
      | ZoneNumberOfConnectors      | 1       |
      | ZoneOverallActivePowerTotal | 7.50 kW |
    And "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |
    And the item "EVCE Zones/North/EVSimu2/Connector-4/ConnectorIsDC" stands below "Server", "Site", "Zones/40", "Stations/9" and "Stations/9/Connectors/4"
