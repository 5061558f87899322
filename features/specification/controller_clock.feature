Feature: A charge controller whose clock shows another time
  Reductions end by the charge controller's clock, so that what is written is judged by it. The connector's clock begins
  at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"

  @P-2
  Scenario Outline: How far it is <way> is shown
    Given the clock of the charge controller is 7200 s <way>
    And the connector runs
    Then "EVCE Interface" shows
      | Name      | Value  |
      | ClockSkew | <skew> |

    Examples:
      | way    | skew       |
      | ahead  | 7200.00 s  |
      | behind | -7200.00 s |

  @O-5
  Scenario Outline: A validity that is over by a clock that is <way> is refused
    Given the clock of the charge controller is 7200 s <way>
    And the connector runs
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to <validity>
    Then the write is refused: INVALID_VALUE: the validity must lie after <now>...
    And the controller was sent 0 changes

    Examples:
      | way    | validity             | now                |
      | ahead  | 2026-03-02T07:59:59Z | 2026-03-02T08:00:0 |
      | behind | 2026-03-02T04:00:00Z | 2026-03-02T04:00:0 |

  @O-5
  Scenario Outline: A validity that is to come by a clock that is <way> is taken
    Given the clock of the charge controller is 7200 s <way>
    And the connector runs
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to <validity>
    Then the write succeeds
    And the controller has in zone "Z1" a reduction of 10 % until <validity>

    Examples:
      | way    | validity             |
      | ahead  | 2026-03-02T08:01:00Z |
      | behind | 2026-03-02T04:01:00Z |

  @O-5
  Scenario Outline: The longest validity counts from a clock that is <way>
    Given the clock of the charge controller is 7200 s <way>
    And a validity may lie at most 2 hours ahead
    And the connector runs
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to <longest>
    Then the write succeeds
    When Building Operation sets "ZoneValidity" of "EVCE Zones/Z1" to <longer>
    Then the write is refused: INVALID_VALUE: the validity may lie at most 2 h ahead (writes.max_validity_hours)

    Examples:
      | way    | longest              | longer               |
      | ahead  | 2026-03-02T10:00:00Z | 2026-03-02T10:01:00Z |
      | behind | 2026-03-02T06:00:00Z | 2026-03-02T06:01:00Z |

  @O-4 @O-5
  Scenario Outline: The default validity counts from a clock that is <way>
    Given the clock of the charge controller is 7200 s <way>
    And the status interval is 30 s
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    Then the write succeeds
    And the reduction of zone "Z2" ends <end> minutes from now
    And "EVCE Interface/Z2" shows
      | Name                 | Value   |
      | RequestedReduction   | 30.00 % |
      | ReductionMinutesLeft | 60 min  |
    When 61 minutes pass
    Then "EVCE Interface/Z2" shows
      | Name                 | Value  |
      | RequestedReduction   | 0.00 % |
      | ReductionMinutesLeft | 0 min  |

    Examples:
      | way    | end |
      | ahead  | 180 |
      | behind | -60 |

  @D-3
  Scenario Outline: A validity that the charge controller writes <way> is shown in UTC
    Given the charge controller writes the validity of zone "Z1" as <text>
    And the connector runs
    Then "EVCE Zones/Z1" shows
      | Name         | Value   |
      | ZoneValidity | <shown> |

    Examples:
      | way               | text                      | shown                |
      | with an offset    | 2030-06-01T12:00:00+02:00 | 6/1/2030 10:00:00 AM |
      | without an offset | 2030-06-01T12:00:00       | 6/1/2030 12:00:00 PM |
