Feature: Logs
  EvceLogsProcessor logs nine series of each zone and each station, at boundaries of its interval, counted from 00:00
  UTC. All clocks begin at 2 March 2026, 06:00 UTC.

  @O-7 @O-8 @O-9 @O-10 @P-3 @D-6
  Scenario Outline: <name> is logged every 15 minutes
    Given the site "guide" in Building Operation, logged for 31 minutes
    Then the log "<name>-Readings" of "<folder>" ends with
      | time  | value   | state |
      | 06:15 | <value> | Good  |
      | 06:30 | <value> | Good  |

    Examples:
      | folder                | name                            | value |
      | EVCE Zones/Z1         | ZoneActiveEnergy                | 12.5  |
      | EVCE Zones/Z1         | ZoneOverallActivePowerTotal     | 0.13  |
      | EVCE Zones/Z1         | ZoneOverallRmsCurrentAverage    | 0.58  |
      | EVCE Zones/Z1         | ZoneOverallActivePowerPhase1    | 0.13  |
      | EVCE Zones/Z1         | ZoneOverallActivePowerPhase2    | 0.0   |
      | EVCE Zones/Z1         | ZoneOverallActivePowerPhase3    | 0.0   |
      | EVCE Zones/Z1         | ZoneOverallRmsCurrentPhase1     | 0.58  |
      | EVCE Zones/Z1         | ZoneOverallRmsCurrentPhase2     | 0.0   |
      | EVCE Zones/Z1         | ZoneOverallRmsCurrentPhase3     | 0.0   |
      | EVCE Zones/Z1/EVSimu1 | StationActiveEnergy             | 12.5  |
      | EVCE Zones/Z1/EVSimu1 | StationOverallActivePowerTotal  | 0.13  |
      | EVCE Zones/Z1/EVSimu1 | StationOverallRmsCurrentAverage | 0.58  |
      | EVCE Zones/Z1/EVSimu1 | StationOverallActivePowerPhase1 | 0.13  |
      | EVCE Zones/Z1/EVSimu1 | StationOverallActivePowerPhase2 | 0.0   |
      | EVCE Zones/Z1/EVSimu1 | StationOverallActivePowerPhase3 | 0.0   |
      | EVCE Zones/Z1/EVSimu1 | StationOverallRmsCurrentPhase1  | 0.58  |
      | EVCE Zones/Z1/EVSimu1 | StationOverallRmsCurrentPhase2  | 0.0   |
      | EVCE Zones/Z1/EVSimu1 | StationOverallRmsCurrentPhase3  | 0.0   |

  @O-7 @P-3
  Scenario: A sample is what the item showed at the boundary
    Given a charge controller with the site "guide"
    And the connector runs
    When the active energy of connector "EVSimu1/1" becomes 13.0
    And 16 minutes pass
    And the active energy of connector "EVSimu1/1" becomes 14.5
    And 15 minutes pass
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" ends with
      | time  | value | state |
      | 06:15 | 13.0  | Good  |
      | 06:30 | 14.5  | Good  |

  @P-3 @D-5
  Scenario: What is Offline has no sample, and goes on when it is back
    Given a charge controller with the site "guide"
    And the connector runs
    When 16 minutes pass
    And the charge controller vanishes
    And 20 minutes pass
    And the charge controller returns
    And 10 minutes pass
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" ends with
      | time  | value | state |
      | 06:15 | 12.5  | Good  |
      | 06:45 | 12.5  | Good  |

  @P-4
  Scenario: The interval can be set
    Given a charge controller with the site "guide"
    And the logging interval is 5 minutes
    And the connector runs
    When 11 minutes pass
    Then the log "StationActiveEnergy-Readings" of "EVCE Zones/Z1/EVSimu1" ends with
      | time  | value | state |
      | 06:05 | 12.5  | Good  |
      | 06:10 | 12.5  | Good  |

  @P-4
  Scenario: A new interval takes effect and loses no sample
    Given a charge controller with the site "guide"
    And the connector runs
    When 16 minutes pass
    And the logging interval is set to 5 minutes and the connector is started again
    And 5 minutes pass
    Then the log "StationActiveEnergy-Readings" of "EVCE Zones/Z1/EVSimu1" ends with
      | time  | value | state |
      | 06:15 | 12.5  | Good  |
      | 06:20 | 12.5  | Good  |

  @P-4
  Scenario Outline: An interval of <minutes> minutes is refused
    Given a charge controller with the site "guide"
    And the logging interval is <minutes> minutes
    Then the configuration is refused: logs.interval_minutes

    Examples:
      | minutes |
      | 0       |
      | 7       |
      | 1441    |

  @O-3 @P-3
  Scenario: Samples outlive a restart, and those of the pause are missed and counted
    Given a charge controller with the site "guide"
    And the connector runs
    When 16 minutes pass
    And the connector is stopped for 40 minutes and started again
    And 5 minutes pass
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" ends with
      | time  | value | state |
      | 06:15 | 12.5  | Good  |
      | 07:00 | 12.5  | Good  |
    And "EVCE Interface" shows
      | Name       | Value               |
      | LogsMissed | 2                   |
      | LastLog    | 3/2/2026 7:00:00 AM |

  @P-3
  Scenario Outline: <what> has its sample at each boundary, once
    Given a charge controller with the site "guide"
    And it is <instant>
    And the logging interval is <minutes> minutes
    And the status interval is 30 s
    And the connector runs
    When <passed> minutes pass
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has the times <times>

    Examples:
      | what                        | instant              | minutes | passed | times                                     |
      | The hour of the time change | 2026-03-29T00:40:00Z | 15      | 100    | 00:45 01:00 01:15 01:30 01:45 02:00 02:15 |
      | The hour that comes twice   | 2026-10-25T00:10:00Z | 30      | 120    | 00:30 01:00 01:30 02:00                   |
      | Midnight                    | 2026-03-31T23:40:00Z | 15      | 40     | 23:45 00:00 00:15                         |
      | The leap day                | 2028-02-28T23:25:00Z | 30      | 40     | 23:30 00:00                               |
      | The turn of the year        | 2026-12-31T23:50:00Z | 60      | 75     | 00:00 01:00                               |
      | A day                       | 2026-07-01T23:50:00Z | 1440    | 15     | 00:00                                     |

  @P-3
  Scenario Outline: Samples are kept <days> days, <how>
    Given a charge controller with the site "guide"
    And samples are kept <days> days, <how>
    And the connector runs
    When 16 minutes pass
    And the connector is stopped for <shorter> minutes and started again
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has the times 06:15
    When the connector is stopped for 20 minutes and started again
    Then the log "ZoneActiveEnergy-Readings" of "EVCE Zones/Z1" has no samples

    Examples:
      | days | how                   | shorter |
      | 1    | as configured         | 1430    |
      | 90   | unless told otherwise | 129590  |

  @P-3 @P-5
  Scenario: Before set-up the logs say what they wait for
    Given a charge controller with the site "guide"
    When the charge controller vanishes
    And the connector starts
    Then "EVCE Interface" shows
      | Name      | Value                                          |
      | LogsState | waiting for EvceSetupProcessor to succeed once |
