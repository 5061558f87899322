Feature: Building Operation writes
  Reduction and validity of a zone, and the availability of a connector, go to the charge controller at once; the item
  shows what the controller confirmed. All clocks begin at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs

  @O-4
  Scenario: A reduction reaches the controller and keeps the validity that holds
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write succeeds
    And "EVCE Zones/Z1" shows
      | Name          | Value                 |
      | ZoneReduction | 25.00                 |
      | ZoneValidity  | 12/16/2149 8:27:56 AM |
    And the controller has in zone "Z1" a reduction of 25 % until 2149-12-16T08:27:56Z

  @O-4 @O-5
  Scenario: A reduction where none holds takes the default validity of one hour
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write succeeds
    And the reduction of zone "Z2" ends 60 minutes from now
    And "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 30.00 |

  @O-5 @contract
  Scenario: A validity keeps the reduction that holds
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2030-06-01T12:00:00Z
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 10 % until 2030-06-01T12:00:00Z

  @O-5
  Scenario: A validity without offset means UTC
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2030-06-01T12:00:00
    Then the controller has in zone "Z1" a reduction of 10 % until 2030-06-01T12:00:00Z

  @O-5
  Scenario: A validity where no reduction holds sends a reduction of 0
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z3" to 2030-06-01T12:00:00Z
    Then the controller has in zone "Z3" a reduction of 0 % until 2030-06-01T12:00:00Z

  @O-4 @O-5
  Scenario: Both items of a zone in one write are one call
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 40                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2030-06-01T12:00:00Z |
    Then the write succeeds
    And the controller has in zone "Z2" a reduction of 40 % until 2030-06-01T12:00:00Z
    And the controller was sent 1 change
    And "EVCE Interface" shows
      | Name          | Value                |
      | LastWriteItem | Zones/2/ZoneValidity |

  @O-4
  Scenario Outline: A reduction of <value> is accepted
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to <value>
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of <value> % until 2149-12-16T08:27:56Z

    Examples:
      | value |
      | 0     |
      | 0.5   |
      | 99.5  |
      | 100   |

  @O-4
  Scenario: A reduction of 0 where none holds may be none at all
    Given the charge controller keeps no reduction of 0
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 0
    Then the write succeeds

  @O-4
  Scenario: A reduction that the controller does not keep is refused
    Given the charge controller keeps no reduction of 30
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write is refused: OPERATION_FAILED: the controller confirms another reduction: none
    And the command ledger says of the last write that it was answered

  @O-4 @O-5
  Scenario Outline: A controller that rounds by <percent> % and <seconds> s is believed
    Given the charge controller rounds reductions by <percent> % and <seconds> s
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write succeeds

    Examples:
      | percent | seconds |
      | 0.004   | 0.9     |
      | -0.004  | -0.9    |

  @O-4 @O-5
  Scenario Outline: A controller that alters a reduction by <percent> % and <seconds> s is not believed
    Given the charge controller rounds reductions by <percent> % and <seconds> s
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write is refused: OPERATION_FAILED: the controller confirms another reduction: <shown>...

    Examples:
      | percent | seconds | shown                           |
      | 0.5     | 0       | 30.5 % until 2026-03-02T07:00:0 |
      | -0.5    | 0       | 29.5 % until 2026-03-02T07:00:0 |
      | 0       | 1       | 30 % until 2026-03-02T07:00:0   |
      | 0       | -1      | 30 % until 2026-03-02T0         |

  @O-5
  Scenario: A validity goes to the second
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2030-06-01T12:00:00.9Z
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 10 % until 2030-06-01T12:00:00Z

  @O-5
  Scenario: The validity can be limited
    Given a validity may lie at most 2 hours ahead
    When the connector is stopped for 1 minutes and started again
    And Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2026-03-02T08:01:00Z
    Then the write succeeds
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2026-03-02T08:02:00Z
    Then the write is refused: INVALID_VALUE: the validity may lie at most 2 h ahead (writes.max_validity_hours)

  @O-4
  Scenario: One item with two values in one write is refused
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" twice in one write, to 20 and 30
    Then the write is refused: INVALID_VALUE: ZoneReduction stands twice in the request, with different values
    And the controller was sent 0 changes

  @O-4
  Scenario: One item with one value twice in one write is written once
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" twice in one write, to 20 and 20
    Then the write succeeds
    And the controller was sent 1 change

  @O-4 @O-5
  Scenario Outline: Of a zone with <bad> for <other> nothing is written, and other zones go on
    When Building Operation sets at once
      | folder        | name          | value |
      | EVCE Zones/Z2 | <first>       | <one> |
      | EVCE Zones/Z2 | <last>        | <two> |
      | EVCE Zones/Z1 | ZoneReduction | 25    |
    Then of "EVCE Zones/Z2" the write of "<other>" is refused: <reason>
    And of "EVCE Zones/Z2" the write of "<good>" is refused: OPERATION_FAILED: nothing was sent, because <other> in the same request is refused: correct it or leave it out, and repeat
    And zone "Z2" has no reduction at the controller
    And the controller has in zone "Z1" a reduction of 25 % until 2149-12-16T08:27:56Z
    And the controller was sent 1 change

    Examples:
      | bad                 | other         | good          | first         | one                  | last          | two                  | reason                                                           |
      | 28.11.2026 12:00:00 | ZoneValidity  | ZoneReduction | ZoneReduction | 44                   | ZoneValidity  | 28.11.2026 12:00:00  | INVALID_VALUE: it does not parse as DateTime                     |
      | 28.11.2026 12:00:00 | ZoneValidity  | ZoneReduction | ZoneValidity  | 28.11.2026 12:00:00  | ZoneReduction | 44                   | INVALID_VALUE: it does not parse as DateTime                     |
      | 2030-06-01          | ZoneValidity  | ZoneReduction | ZoneReduction | 44                   | ZoneValidity  | 2030-06-01           | INVALID_VALUE: it does not parse as DateTime                     |
      | a past time         | ZoneValidity  | ZoneReduction | ZoneReduction | 44                   | ZoneValidity  | 2025-12-31T23:59:59Z | INVALID_VALUE: the validity must lie after 2026-03-02T06:00:0... |
      | a past time         | ZoneValidity  | ZoneReduction | ZoneValidity  | 2025-12-31T23:59:59Z | ZoneReduction | 44                   | INVALID_VALUE: the validity must lie after 2026-03-02T06:00:0... |
      | 144                 | ZoneReduction | ZoneValidity  | ZoneReduction | 144                  | ZoneValidity  | 2030-06-01T12:00:00Z | INVALID_VALUE: a reduction is 0 to 100 %, not 144                |
      | much                | ZoneReduction | ZoneValidity  | ZoneValidity  | 2030-06-01T12:00:00Z | ZoneReduction | much                 | INVALID_VALUE: it does not parse as Double                       |
      | a value             | ZoneName      | ZoneReduction | ZoneReduction | 44                   | ZoneName      | Z9                   | VALUE_NOT_WRITEABLE                                              |
      | a value             | ZoneName      | ZoneReduction | ZoneName      | Z9                   | ZoneReduction | 44                   | VALUE_NOT_WRITEABLE                                              |

  @O-4 @O-5 @O-6
  Scenario Outline: <value> for <name> is refused, and nothing is sent
    When Building Operation sets "<name>" of "<folder>" to <value>
    Then the write is refused: <reason>
    And the controller was sent 0 changes

    Examples:
      | folder                            | name                  | value                  | reason                                                           |
      | EVCE Zones/Z1                     | ZoneReduction         | 101                    | INVALID_VALUE: a reduction is 0 to 100 %, not 101                |
      | EVCE Zones/Z1                     | ZoneReduction         | -1                     | INVALID_VALUE: a reduction is 0 to 100 %, not -1                 |
      | EVCE Zones/Z1                     | ZoneReduction         | much                   | INVALID_VALUE: it does not parse as Double                       |
      | EVCE Zones/Z1                     | ZoneValidity          | 2025-12-31T23:59:59Z   | INVALID_VALUE: the validity must lie after 2026-03-02T06:00:0... |
      | EVCE Zones/Z1                     | ZoneValidity          | 2026-03-02T06:00:00Z   | INVALID_VALUE: the validity must lie after 2026-03-02T06:00:0... |
      | EVCE Zones/Z1                     | ZoneValidity          | 2026-03-02T06:00:00.7Z | INVALID_VALUE: the validity must lie after 2026-03-02T06:00:0... |
      | EVCE Zones/Z1                     | ZoneValidity          | tomorrow               | INVALID_VALUE: it does not parse as DateTime                     |
      | EVCE Zones/Z1/EVSimu1/Connector-1 | ConnectorAvailability | perhaps                | INVALID_VALUE: it does not parse as Boolean                      |
      | EVCE Zones/Z1                     | ZoneName              | Z9                     | VALUE_NOT_WRITEABLE                                              |

  @O-6
  Scenario: A connector is made inoperative and operative again
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                       | Value |
      | ConnectorAvailability      | False |
      | ConnectorState_Unavailable | True  |
      | ConnectorState_Available   | False |
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to True
    Then the write succeeds
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value |
      | ConnectorAvailability    | True  |
      | ConnectorState_Available | True  |

  @O-6
  Scenario: A connector with a transaction becomes inoperative when that is over
    Given the transaction of connector "EVSimu1/1" is 7
    When the connector polls once more
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                  | Value            |
      | ConnectorAvailability | True [Uncertain] |
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    And the controller was sent 1 change

  @O-6 @contract
  Scenario: A station that is not connected takes no availability
    Given the connection of station "EVSimu1" is lost
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write is refused: OPERATION_FAILED: The charge controller refuses /connectors/1/availability: 409 ...
    And no connector is inoperative at the controller

  @O-4
  Scenario: What the controller cannot be asked is not done, and not done later
    When the charge controller vanishes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write is refused: OPERATION_FAILED: The charge controller at ...
    When the charge controller returns
    And the connector polls once more
    Then the controller has in zone "Z1" a reduction of 10 % until 2149-12-16T08:27:56Z
    And "EVCE Zones/Z1" shows
      | Name          | Value |
      | ZoneReduction | 10.00 |

  @O-4
  Scenario: The operator sees the last write in Building Operation
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then "EVCE Interface" shows
      | Name          | Value                 |
      | LastWriteBy   | ebo                   |
      | LastWriteItem | Zones/1/ZoneReduction |

  @O-4 @O-5
  Scenario: The reduction ends with its validity
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And 61 minutes pass
    Then "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 0.00  |
    And "EVCE Interface/Z2" shows
      | Name               | Value  |
      | RequestedReduction | 0.00 % |

  @O-4
  Scenario: With writes switched off the connector only reads
    Given writes are switched off
    When the connector is stopped for 1 minutes and started again
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write is refused: VALUE_NOT_WRITEABLE
    And the controller was sent 0 changes
    And every zone has the data point "ZoneReduction"
    And writing it is possible: no

  @O-4 @stepped @contract
  Scenario Outline: A controller that takes <seconds> s for each answer: a reduction <result>
    Given the time of writes is that of the site
    When the connector is stopped for 1 minutes and started again
    And the charge controller begins to take <seconds> s for each answer
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write <result>
    And the controller was sent <count> changes

    Examples: 8 s for all, nothing sent after 5.6 s, the rest to read back
      | seconds | result                                          | count |
      | 1.8     | succeeds                                        | 1     |
      | 1.95    | succeeds                                        | 1     |
      | 2.5     | is refused: OPERATION_FAILED: TIMEOUT           | 1     |
      | 2.9     | is refused: OPERATION_FAILED: TIMEOUT           | 0     |
      | 5.7     | is refused: OPERATION_FAILED: TIMEOUT           | 0     |

  @O-4 @stepped @contract
  Scenario: A refusal that comes in time is told as one, however late it is
    Given the time of writes is that of the site
    And the charge controller refuses every reduction
    When the connector is stopped for 1 minutes and started again
    And the charge controller begins to take 1.75 s for each answer
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write is refused: OPERATION_FAILED: The charge controller refuses /zones/1/reduction: 409 ...

  @O-6
  Scenario: A station that rejects a change of availability is believed
    Given station "EVSimu1" rejects every change of availability
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write is refused: OPERATION_FAILED: the station rejects it
    And no connector is inoperative at the controller
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                  | Value |
      | ConnectorAvailability | True  |

  @O-6 @contract
  Scenario Outline: A change of availability whose answer is lost is read back: <fault>
    When the charge controller has the fault <fault> once, in a write
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write <result>
    And the command ledger says of the last write that it was <stage>

    Examples:
      | fault       | result                              | stage     |
      | lost-reply  | succeeds                            | confirmed |
      | empty-reply | is refused: OPERATION_FAILED: The charge controller at ... | sent      |
      | conflict    | is refused: OPERATION_FAILED: The charge controller refuses /connectors/1/availability: 409 ... | answered  |

  @O-4
  Scenario Outline: The ledger says how far a reduction of <value> came: <fault>
    When the charge controller has the fault <fault> once, in a write
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to <value>
    Then the command ledger says of the last write that it was <stage>

    Examples:
      | fault       | value | stage     |
      | lost-reply  | 25    | confirmed |
      | empty-reply | 25    | sent      |
      | html        | 25    | confirmed |
      | conflict    | 25    | answered  |
      | lost-reply  | 101   | refused   |

  @O-6
  Scenario: A change of availability whose result cannot be read is not done
    When the charge controller has the fault null-field in the availability of connector "EVSimu1/1"
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write is refused: OPERATION_FAILED: the availability that the controller has now cannot be read

  @O-6
  Scenario Outline: A change of availability that waits for its transaction's end and is not taken back waits on: <why>
    Given the transaction of connector "EVSimu1/1" is 7
    When the connector polls once more
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And the charge controller has the fault <why> once, in a write
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to True
    Then the write is refused: OPERATION_FAILED: The charge controller ...
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                  | Value            |
      | ConnectorAvailability | True [Uncertain] |

    Examples:
      | why         |
      | lost-reply  |
      | empty-reply |

  @O-6
  Scenario: A change of availability that waits goes on waiting when the station rejects that it is taken back
    Given the transaction of connector "EVSimu1/1" is 7
    When the connector polls once more
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    And station "EVSimu1" begins to reject every change of availability
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to True
    Then the write is refused: OPERATION_FAILED: the station rejects it
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                  | Value            |
      | ConnectorAvailability | True [Uncertain] |

  @O-6
  Scenario Outline: An answer to a change of availability that says <word>, while nothing changes, is told
    Given the charge controller answers a change of availability with "<word>" and does nothing
    When Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write is refused: OPERATION_FAILED: the controller answers <told>

    Examples:
      | word  | told    |
      | Maybe | Maybe   |
      |       | nothing |

  @O-4
  Scenario: What cannot be read after a reduction was written shows the value of the last poll
    When the set point current of zone "Z2" becomes 40
    And the connector polls once more
    And the set point current of zone "Z2" becomes unknown
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write succeeds
    And "EVCE Zones/Z2" shows
      | Name                   | Value            |
      | ZoneSetPointCurrent(A) | 40 A [Uncertain] |

  @O-6
  Scenario: What cannot be read after an availability was written shows the value of the last poll
    When the set point current of connector "EVSimu1/1" becomes 16
    And the connector polls once more
    And the set point current of connector "EVSimu1/1" becomes unknown
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value            |
      | ConnectorSetPointCurrent | 16 A [Uncertain] |

  @O-6
  Scenario: The availability goes to the id that a connector has at the controller now
    When the connectors of station "EVSimu1" get ids that are 30 more
    And the connector polls once more
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the write succeeds
    And these connectors are inoperative at the controller, and no other
      | EVSimu1/1 |
