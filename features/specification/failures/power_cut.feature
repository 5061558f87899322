Feature: The connector loses its power, its database or half a day
  It starts alone and shows at once what it knew last. Nothing is made up for the time away.

  Background:
    Given a charge controller with the site "guide"
    And it is 2026-03-02T06:01:00Z
    And the connector runs

  @O-3 @D-5
  Scenario Outline: The last values are there after <case>
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And the charge controller vanishes
    And the connector loses its power for <minutes> minutes
    Then <case> is noticed within <notice> s: <seen>
    And the command ledger reads
      | user | item                  | old | new  | success | read back |
      | ebo  | Zones/2/ZoneReduction | 0.0 | 30.0 | yes     | 30.0      |
    When the charge controller returns
    Then <case> is over within <recover> s: <over>
    And the controller was sent 1 change

    Examples:
      # rows: power cuts
      | case                                     | minutes | seen                          | over                     | notice | recover |
      | a power cut while the controller is away | 5       | every live value is Uncertain | every live value is Good | 0      | 30      |
      # end of rows

  @O-3 @O-11 @P-3
  Scenario Outline: Samples are missed and counted of <case>
    When 15 minutes pass
    And the connector is stopped for <minutes> minutes and started again
    Then <case> is noticed within <notice> s: <seen>
    And every live data point of connectors is Good
    And "EVCE Interface" shows
      | Name       | Value    |
      | LogsMissed | <missed> |
    And <case> is over within <recover> s: <over>
    And the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has the times 06:15 14:30

    Examples:
      # rows: connectors that are away
      | case                                     | minutes | missed | seen                                       | over                                       | notice | recover |
      | a connector that is away for eight hours | 480     | 32     | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Normal | 0      | 915     |
      # end of rows

  @O-2 @P-2 @P-3 @D-5
  Scenario Outline: Polls and samples go on after <case>
    When the charge controller has the fault <fault>
    Then <case> is noticed within <notice> s: <seen>
    When <quarters> quarter-hours pass, and the connector sleeps in between
    And the charge controller has no fault
    Then <case> is over within <recover> s: <over>
    When 14 minutes pass
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has the times 14:15

    Examples:
      # rows: controllers that are away
      | case                                      | fault   | quarters | seen                        | over                     | notice | recover |
      | a controller that is away for eight hours | refused | 32       | every live value is Offline | every live value is Good | 60     | 30      |
      # end of rows

  @O-3 @O-11
  Scenario Outline: The connector goes on without <case>
    When the database's file is deleted
    Then <case> is noticed within <notice> s: <seen>
    And every live data point of connectors is Good
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: databases that are deleted
      | case                       | seen                                       | over                                      | notice | recover |
      | a database that is deleted | the alarm "EVCE-Interface_Alarm" is Active | the alarm "EVCE-Interface_Alarm" is Reset | 5      | 330     |
      # end of rows

  @O-3 @O-4 @O-11
  Scenario Outline: Values are served and power is given back over <case>
    When the database takes nothing more: <words>
    Then <case> is noticed within <notice> s: <seen>
    When the connector polls 4 times
    Then every live data point of connectors is Good
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write is refused: OPERATION_FAILED: nothing was sent, because the command ledger cannot be written...
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 0
    Then the write succeeds
    When the database takes everything again
    Then <case> is over within <recover> s: <over>
    And the command ledger reads
      | user | item                  | old  | new  | success | read back |
      | ebo  | Zones/1/ZoneReduction | 10.0 | 25.0 | no      | 10.0      |
      | ebo  | Zones/1/ZoneReduction | 10.0 | 0.0  | yes     | 0.0       |

    Examples:
      # rows: databases that take nothing
      | case                    | words                    | seen                                                               | over                                          | notice | recover |
      | a database that is full | database or disk is full | the alarm "EVCE-Interface_Alarm" is Active                         | the alarm "EVCE-Interface_Alarm" is Normal    | 15     | 90      |
      | a disk that fails       | disk I/O error           | "EVCE Interface" shows "StorageState" as the database cannot be... | "EVCE Interface" shows "StorageState" as good | 15     | 15      |
      # end of rows

  @O-7 @P-3
  Scenario Outline: Nothing is lacking of <case>
    When Building Operation dies without a word
    And 14 minutes pass
    And <samples> quarter-hours pass, and the connector sleeps in between
    Then <case> is noticed within <notice> s: <seen>
    And the log of "EVCE Zones/Z1" has <samples> samples from <from> on, a quarter of an hour apart
    And <case> is over within <recover> s: <over>

    Examples:
      # rows: trends that are read late
      | case                                      | from                 | samples | seen                                           | over                                           | notice | recover |
      | a trend that was not read for eight hours | 2026-03-02T06:30:00Z | 32      | the last sample of "EVCE Zones/Z1" is of 14:15 | the last sample of "EVCE Zones/Z1" is of 14:30 | 15     | 915     |
      # end of rows
