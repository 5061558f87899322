Feature: A clock is set, or runs apart
  Polls go by elapsed time, and logs believe a clock only when the charge controller's agrees with it.

  @P-2 @P-3
  Scenario Outline: Polls and samples go on with <case>
    Given a charge controller with the site "guide"
    And it is 2026-03-02T06:01:00Z
    And the connector runs
    When the journal of the charge controller is cleared
    And <event>
    Then <case> is noticed within <notice> s: <seen>
    When 16 minutes pass
    And <back>
    Then <case> is over within <recover> s: <over>
    When 15 minutes pass
    Then all polls since then began 15 s apart
    And the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has the times 06:15 06:30

    Examples:
      # rows: clocks that are set
      | case                                      | event                                                        | back                                                         | seen                                             | over                                         | notice | recover |
      | a clock of the connector that goes ahead  | the connector's clock is set forward by 1 hours              | the connector's clock is set back by 1 hours                 | "EVCE Interface" shows "ClockSkew" as -3600.00 s | "EVCE Interface" shows "ClockSkew" as 0.00 s | 15     | 15      |
      | a clock of the connector that goes back   | the connector's clock is set back by 1 hours                 | the connector's clock is set forward by 1 hours              | "EVCE Interface" shows "ClockSkew" as 3600.00 s  | "EVCE Interface" shows "ClockSkew" as 0.00 s | 15     | 15      |
      | a clock of the controller that goes ahead | the clock of the charge controller is set forward by 1 hours | the clock of the charge controller is set back by 1 hours    | "EVCE Interface" shows "ClockSkew" as 3600.00 s  | "EVCE Interface" shows "ClockSkew" as 0.00 s | 15     | 15      |
      | a clock of the controller that goes back  | the clock of the charge controller is set back by 1 hours    | the clock of the charge controller is set forward by 1 hours | "EVCE Interface" shows "ClockSkew" as -3600.00 s | "EVCE Interface" shows "ClockSkew" as 0.00 s | 15     | 15      |
      # end of rows
