Feature: Writes in whose middle the connector is stopped
  What is asked for stands in the ledger before it is sent. When the connector ends before it knows the answer, the next
  start sees what became of it, and sends nothing again. All clocks begin at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs
    And the connector loses its power as soon as the charge controller has carried out a write

  @O-4 @O-5
  Scenario Outline: <value> for <name>, and <then>
    When Building Operation sets "<name>" of "EVCE Zones/<zone>" to <value>
    And <then>
    And the connector gets its power back after 5 minutes
    Then the command ledger reads
      | item           | success | stage   | answer                                                         | read back | valid until |
      | Zones/<item>   | <done>  | <stage> | the connector stopped before it knew the answer; <it> | <shown>   | <until>     |
    And the controller was sent 1 change

    Examples:
      | zone | name          | item            | value                | then                                                                                       | done | stage     | it                                      | shown                | until                |
      | Z1   | ZoneReduction | 1/ZoneReduction | 25                   | 1 seconds pass                                                                             | yes  | confirmed | the controller has it                   | 25.0                 | 2149-12-16T08:27:56Z |
      | Z2   | ZoneReduction | 2/ZoneReduction | 25                   | zone "Z2" gets a reduction of 25.004 % until 2026-03-02T08:00:00Z at the charge controller | yes  | confirmed | the controller has it                   | 25.004               | 2026-03-02T08:00:00Z |
      | Z2   | ZoneReduction | 2/ZoneReduction | 25                   | zone "Z2" gets a reduction of 50 % until 2026-03-02T08:00:00Z at the charge controller     | no   | sent      | the controller has 50.0                 | 50.0                 |                      |
      | Z2   | ZoneReduction | 2/ZoneReduction | 25                   | zone "Z2" has no reduction at the charge controller any more                               | no   | sent      | the controller has 0.0                  | 0.0                  |                      |
      | Z1   | ZoneValidity  | 1/ZoneValidity  | 2030-06-01T12:00:00Z | 1 seconds pass                                                                             | yes  | confirmed | the controller has it                   | 2030-06-01T12:00:00Z | 2030-06-01T12:00:00Z |
      | Z1   | ZoneValidity  | 1/ZoneValidity  | 2030-06-01T12:00:00Z | zone "Z1" gets a reduction of 10 % until 2030-06-01T12:00:01Z at the charge controller     | no   | sent      | the controller has 2030-06-01T12:00:01Z | 2030-06-01T12:00:01Z |                      |
      | Z1   | ZoneValidity  | 1/ZoneValidity  | 2030-06-01T12:00:00Z | zone "Z1" has no reduction at the charge controller any more                               | no   | sent      | the controller has none                 |                      |                      |

  @O-6
  Scenario Outline: The availability of a connector, and <then>
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And <then>
    And the connector gets its power back after 5 minutes
    Then the command ledger reads
      | item                                          | success | stage   | answer                                                | read back | valid until |
      | Stations/1/Connectors/1/ConnectorAvailability | <done>  | <stage> | the connector stopped before it knew the answer; <it> | <shown>   |             |

    Examples:
      | then                                                        | done | stage     | it                      | shown |
      | 1 seconds pass                                              | yes  | confirmed | the controller has it   | False |
      | the availability of connector "EVSimu1/1" becomes yes       | no   | sent      | the controller has True | True  |

  @O-4 @O-5
  Scenario: Both items of a zone are looked after, and only those that were open
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 101
    And Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 40                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2030-06-01T12:00:00Z |
    And the connector gets its power back after 5 minutes
    Then the command ledger reads
      | item                  | success | stage     | read back            |
      | Zones/1/ZoneReduction | no      | refused   | 10.0                 |
      | Zones/2/ZoneReduction | yes     | confirmed | 40.0                 |
      | Zones/2/ZoneValidity  | yes     | confirmed | 2030-06-01T12:00:00Z |

  @O-6
  Scenario: What cannot be read yet stays open until it can
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And the charge controller has the fault null-field in the availability of connector "EVSimu1/1"
    And the connector gets its power back after 5 minutes
    Then the command ledger says of the last write that it was asked
    When the charge controller has no fault
    And the connector polls once more
    Then the command ledger says of the last write that it was confirmed

  @O-4
  Scenario Outline: A reduction that cannot be read yet stays open until it can: <then>
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 25
    And <then>
    And the connector gets its power back after 5 minutes
    Then the command ledger says of the last write that it was asked
    When the charge controller reports everything as it is
    And the connector polls once more
    Then the command ledger says of the last write that it was confirmed

    Examples:
      | then                                                       |
      | the validity of the reduction of zone "Z2" cannot be read  |
      | the reduction of zone "Z2" becomes unknown                 |

  @O-6
  Scenario: A write to what is gone stays open
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And station "EVSimu1" disappears from the controller
    And the connector gets its power back after 5 minutes
    Then the command ledger says of the last write that it was asked
