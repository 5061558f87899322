Feature: Curtailment an operator can trust
  Per zone, under EVCE Interface: what was asked for, what the controller confirmed, what the load does; and a ledger of
  every write.

  @O-4 @O-5
  Scenario: Requested, confirmed and effective set point, measured power, and how long it lasts
    Given a charge controller with the site "guide"
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 40
    And the connector polls once more
    Then "EVCE Interface/Z2" shows
      | Name                 | Value    |
      | RequestedReduction   | 40.00 %  |
      | ConfirmedReduction   | 40.00 %  |
      | RequestedSetPoint    | 37.80 A  |
      | ConfirmedSetPoint    | 37.80 A  |
      | MeasuredPower        | 0.00 kW  |
      | ReductionMinutesLeft | 60 min   |
      | LoadFollows          | True     |

  @O-4 @D-5
  Scenario: Nobody is shown a curtailment beyond its age, though the connector is too busy to look at the clock
    Given a charge controller with the site "guide"
    And the connector runs
    When the charge controller vanishes
    And 46 seconds pass in which the connector does nothing
    Then "EVCE Interface/Z1" shows
      | Name                   | Value                             |
      | RequestedReduction     | 0.00 % [Uncertain]                |
      | RequestedSetPoint      | 100.00 A [Uncertain]              |
      | ConfirmedReduction     | 10.00 % [Uncertain]               |
      | ConfirmedSetPoint      | 90.00 A [Uncertain]               |
      | EffectiveSetPoint      | 100.00 A [Uncertain]              |
      | EffectiveSetPointPower | 69.00 kW [Uncertain]              |
      | MeasuredPower          | 0.13 kW [Uncertain]               |
      | ReductionEndsAt        | 12/16/2149 8:27:56 AM [Uncertain] |
      | ReductionMinutesLeft   | 65108308 min [Uncertain]          |
      | LoadFollows            | True [Uncertain]                  |

  @O-4
  Scenario: What was requested is shown with the write, before the next poll; without a reduction only its end is not known
    Given a charge controller with the site "guide"
    And the connector runs
    Then "EVCE Interface/Z2" shows
      | Name                 | Value                            |
      | RequestedReduction   | 0.00 %                           |
      | ConfirmedReduction   | 0.00 %                           |
      | ReductionEndsAt      | 1/1/1970 12:00:00 AM [Uncertain] |
      | ReductionMinutesLeft | 0 min                            |
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 40
    Then "EVCE Interface/Z2" shows
      | Name               | Value   |
      | RequestedReduction | 40.00 % |
      | RequestedSetPoint  | 37.80 A |

  @O-4
  Scenario: A reduction that somebody else has set is confirmed, not requested
    Given a charge controller with the site "guide"
    And the connector runs
    Then "EVCE Interface/Z1" shows
      | Name               | Value   |
      | RequestedReduction | 0.00 %  |
      | ConfirmedReduction | 10.00 % |

  @O-4 @O-12
  Scenario: A load that does not follow raises an alarm after the time that was set
    Given a charge controller with the site "guide"
    And the load must follow within 60 s
    And the connector runs
    When 5 minutes pass
    And the set point power of zone "Z1" becomes 2
    And connector "EVSimu1/1" draws 7 kW
    And 30 seconds pass
    Then the alarm of the load of zone "Z1" is Normal
    When 60 seconds pass
    Then the alarm of the load of zone "Z1" is Active
    And it has priority 250, category EVCE Load management and the message "Zone Z1: the load does not follow the reduction of 10 %"
    When connector "EVSimu1/1" draws 3 kW
    And the connector polls once more
    And 3 minutes pass
    Then the alarm of the load of zone "Z1" is Normal

  @O-4 @O-12
  Scenario: Where no time is set in which the load must follow, no alarm is raised
    Given a charge controller with the site "guide"
    And the load must follow within 0 s
    And the connector runs
    When the set point power of zone "Z1" becomes 2
    And connector "EVSimu1/1" draws 7 kW
    And 3 minutes pass
    Then the alarm of the load of zone "Z1" is Normal

  @O-4
  Scenario Outline: A load of <power> kW beside a set point of 20 kW follows: <follows>
    Given a charge controller with the site "guide"
    And the connector runs
    When the set point power of zone "Z1" becomes 20
    And connector "EVSimu1/1" draws <power> kW
    And the connector polls once more
    Then "EVCE Interface/Z1" shows
      | Name        | Value     |
      | LoadFollows | <follows> |

    Examples: 5 % and 1 kW more are allowed
      | power | follows |
      | 20    | True    |
      | 22    | True    |
      | 23    | False   |

  @O-5
  Scenario Outline: How long a reduction lasts is counted by the controller's clock: <seconds> s <way>
    Given a charge controller with the site "guide"
    And the clock of the charge controller is <seconds> s <way>
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 40
    And the connector polls once more
    Then "EVCE Interface/Z2" shows
      | Name                 | Value   |
      | RequestedReduction   | 40.00 % |
      | ReductionMinutesLeft | 60 min  |

    Examples:
      | seconds | way    |
      | 300     | ahead  |
      | 300     | behind |

  @O-4 @O-6
  Scenario: Every write is a line of the ledger, the refused ones too
    Given a charge controller with the site "guide"
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 101
    And Building Operation sets "ConnectorAvailability" of "EVCE Zones/Z1/EVSimu1/Connector-1" to False
    Then the command ledger reads
      | user | item                                          | old  | new   | success | read back | answer                                              |
      | ebo  | Zones/1/ZoneReduction                         | 10.0 | 25.0  | yes     | 25.0      |                                                     |
      | ebo  | Zones/1/ZoneReduction                         | 25.0 | 101.0 | no      | 25.0      | INVALID_VALUE: a reduction is 0 to 100 %, not 101   |
      | ebo  | Stations/1/Connectors/1/ConnectorAvailability | True | False | yes     | False     | Accepted                                            |

  @O-4 @O-3
  Scenario: The ledger and the last write outlive a restart
    Given a charge controller with the site "guide"
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 25
    And the connector is stopped for 1 minutes and started again
    Then the command ledger reads
      | user | item                  | old  | new  | success | read back |
      | ebo  | Zones/1/ZoneReduction | 10.0 | 25.0 | yes     | 25.0      |
    And "EVCE Interface" shows
      | Name          | Value                 |
      | LastWriteItem | Zones/1/ZoneReduction |

  @O-4
  Scenario: Where no heartbeat is expected none is taken
    Given a charge controller with the site "guide"
    And the connector runs
    When Building Operation writes its heartbeat
    Then the write is refused: VALUE_NOT_WRITEABLE

  @O-4
  Scenario: Without a heartbeat a short reduction lapses
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And 13 minutes pass
    Then "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 0.00  |

  @O-4
  Scenario: A beat renews a reduction once half of it is over, and not before
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And Building Operation writes its heartbeat each 60 s for 6 minutes
    Then the controller was sent 1 change
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    Then the controller was sent 2 changes
    And the reduction of zone "Z2" ends 11 minutes from now

  @O-4
  Scenario: A heart that beats again after its pause renews nothing from before
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And 61 seconds pass
    And Building Operation writes its heartbeat each 60 s for 12 minutes
    Then the controller was sent 1 change
    And "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 0.00  |

  @O-4
  Scenario: A reduction that is set before the first beat lives without a heartbeat
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And Building Operation writes its heartbeat each 60 s for 12 minutes
    Then the controller was sent 1 change

  @O-4 @O-5
  Scenario: A reduction with a validity of its own lives until then, however the heart beats
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    And Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:14:00Z |
    And Building Operation writes its heartbeat each 60 s for 12 minutes
    Then the controller was sent 1 change

  @O-4
  Scenario: A reduction of 0 is not renewed
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 0
    And Building Operation writes its heartbeat each 60 s for 8 minutes
    Then the controller was sent 1 change

  @O-4
  Scenario: While the heart beats, a reduction is renewed
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 30 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And Building Operation writes its heartbeat each 30 s for 15 minutes
    Then "EVCE Zones/Z2" shows
      | Name          | Value |
      | ZoneReduction | 30.00 |

  @O-4
  Scenario: A reduction that somebody else has released is not renewed
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 30 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And zone "Z2" is released at the charge controller
    And Building Operation writes its heartbeat each 30 s for 8 minutes
    Then the controller was sent 1 change
    And zone "Z2" has no reduction at the controller

  @O-4
  Scenario: A reduction that somebody else has changed is not renewed, also before the connector has polled it
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 30 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And Building Operation writes its heartbeat each 30 s for 6 minutes
    And zone "Z2" gets a reduction of 50 % until 2026-03-02T08:00:00Z at the charge controller
    And Building Operation writes its heartbeat each 30 s for 2 minutes
    Then the controller was sent 1 change
    And the controller has in zone "Z2" a reduction of 50 % until 2026-03-02T08:00:00Z

  @O-4
  Scenario: A beat that could not renew a reduction says so
    Given a charge controller with the site "guide"
    And a heartbeat is expected every 60 s, and reductions last 12 minutes
    And the connector runs
    When Building Operation writes its heartbeat each 60 s for 1 minutes
    And Building Operation sets "ZoneReduction" of "EVCE Zones/Z2" to 30
    And Building Operation writes its heartbeat each 60 s for 6 minutes
    And the charge controller vanishes
    And Building Operation writes its heartbeat
    Then the write is refused: OPERATION_FAILED: not renewed: Zones/2: OPERATION_FAILED: The charge controller at ...
    When the charge controller returns
    And Building Operation writes its heartbeat
    Then the write succeeds
