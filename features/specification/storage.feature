Feature: A database that fails
  Values, alarms and writes go on whatever becomes of the database's file, and an operator is told.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs

  @O-3
  Scenario: A file that is deleted under the connector is told by an alarm that wants an acknowledge
    When the database's file is deleted
    And 15 seconds pass
    Then the alarm "EVCE-Interface_Alarm" is Active
    And the alarm "EVCE-Interface_Alarm" has priority 25 and category EVCE Interface
    And "EVCE Zones/Z1" shows
      | Name          | Value |
      | ZoneReduction | 10.00 |

  @O-3
  Scenario: What an operator sees outlives a file that was deleted
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    And the database's file is deleted
    And 15 seconds pass
    And the connector is stopped for 1 minutes and started again
    Then the alarm "EVCE-Interface_Alarm" is Active
    And "EVCE Zones/Z1" shows
      | Name          | Value |
      | ZoneReduction | 25.00 |
