Feature: A controller whose reductions say what is left
  That a reduction of 10 % takes 10 % away from a zone's maximum is assumed; the guide's screen speaks against it. Where
  it leaves 10 %, the profile says so, and the data points show and take the part that is taken away as on any site.
  All clocks begin at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"
    And a reduction of 10 % leaves 10 % there, as the profile says
    And the connector runs

  @O-4 @contract
  Scenario: The part that is taken away is shown
    Then "EVCE Zones/Z1" shows
      | Name                   | Value |
      | ZoneReduction          | 90.00 |
      | ZoneSetPointCurrent(A) | 10 A  |

  @O-4 @O-5 @contract
  Scenario: A reduction that is set takes its part away
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 75 % until 2149-12-16T08:27:56Z
    When the connector polls once more
    Then "EVCE Zones/Z1" shows
      | Name                   | Value |
      | ZoneReduction          | 25.00 |
      | ZoneSetPointCurrent(A) | 75 A  |

  @O-4 @contract
  Scenario: A reduction of 0 gives all back
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 0
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 100 % until 2149-12-16T08:27:56Z

  @O-5 @contract
  Scenario: A validity keeps the reduction that holds
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to 2030-06-01T12:00:00Z
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 10 % until 2030-06-01T12:00:00Z

  @O-5 @contract
  Scenario: A validity where no reduction holds takes nothing away
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z3" to 2030-06-01T12:00:00Z
    Then the write succeeds
    And the controller has in zone "Z3" a reduction of 100 % until 2030-06-01T12:00:00Z
