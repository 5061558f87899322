Feature: A site without a default validity
  Where no validity is given by default, a reduction needs one with it; one of 0 takes nothing away and needs none. All
  clocks begin at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"
    And there is no default validity
    And the connector runs

  @O-4 @O-5
  Scenario: A reduction needs its validity
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 20
    Then the write is refused: INVALID_VALUE: write ZoneValidity with it: no validity holds, and writes.default_validity is none
    And the controller was sent 0 changes

  @O-4 @O-5
  Scenario: A reduction of 0 ends within the hour
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 0
    Then the write succeeds
    And the reduction of zone "Z2" ends 60 minutes from now
