Feature: States say how far a value can be trusted
  A live value is Good while the charge controller is polled, Uncertain when the last good poll is older than two
  intervals and the time-outs (45 s), Offline when it is older than four intervals (60 s). Its last value stays.

  Background:
    Given a charge controller with the site "guide"

  @D-5
  Scenario Outline: <age> s after the last good poll
    Given the connector runs
    When the charge controller vanishes
    And the last good poll is <age> s old
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                             | Value     |
      | ConnectorOverallActivePower1     | <power>   |
      | ConnectorOverallActivePowerTotal | <power>   |
      | ConnectorState_Available         | <state>   |
      | ConnectorSetPointCurrent         | <current> |
      | ConnectorMaxCurrentorPower       | 32 A      |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value     |
      | StationOverallActivePowerTotal | <power>   |
      | StationStatus                  | available |
    And "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | <power> |
      | ZoneMaxCurrent(A)           | 100 A   |
    And "EVCE Zones" shows
      | Name                        | Value   |
      | SiteOverallActivePowerTotal | <power> |
      | SiteSetPointPower(kW)       | 198 kW  |

    Examples:
      | age | power               | state            | current          |
      | 14  | 0.13 kW             | True             | 32 A             |
      | 45  | 0.13 kW             | True             | 32 A             |
      | 46  | 0.13 kW [Uncertain] | True [Uncertain] | 32 A [Uncertain] |
      | 60  | 0.13 kW [Uncertain] | True [Uncertain] | 32 A [Uncertain] |
      | 61  | 0.13 kW [Offline]   | True [Offline]   | 32 A [Offline]   |

  @D-5 @P-2
  Scenario Outline: At an interval of 30 s the ages are longer: <age> s
    Given the status interval is 30 s
    And the connector runs
    When the charge controller vanishes
    And the last good poll is <age> s old
    Then "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | <power> |

    Examples:
      | age | power               |
      | 75  | 0.13 kW             |
      | 76  | 0.13 kW [Uncertain] |
      | 120 | 0.13 kW [Uncertain] |
      | 121 | 0.13 kW [Offline]   |

  @D-5
  Scenario Outline: Plain fields that change by themselves are <state> when the controller has been gone for <minutes> min
    Given the connector runs
    When the charge controller vanishes
    And <minutes> minutes pass
    Then "EVCE Zones/Z1" shows
      | Name                            | Value                                      |
      | ZoneReduction                   | 10.00 <mark>                               |
      | ZoneReductionDescription        | external-reduction@bmsApi-1-Z1 <mark>      |
      | ZoneReductionType(Percentage)   | percentage <mark>                          |
      | ZoneSetPointCurrent(A)          | 100 A <mark>                               |
      | ZoneSetPointPower(kW)           | 69 kW <mark>                               |
      | ZoneValidity                    | 12/16/2149 8:27:56 AM <mark>               |
      | ZoneValidityMode(Absolute)      | absolute <mark>                            |
      | ZoneMaxCurrent(A)               | 100 A                                      |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name               | Value           |
      | StationIsConnected | True <mark>     |
      | StationStatus      | available <mark>|
      | StationId          | 1               |
    And "EVCE Zones" shows
      | Name                  | Value        |
      | SiteSetPointPower(kW) | 198 kW <mark>|

    Examples:
      | minutes | state     | mark         |
      | 58      | Good      |              |
      | 62      | Uncertain | [Uncertain] |

  @D-5
  Scenario: One failed poll alone changes nothing
    Given the connector runs
    When the charge controller vanishes
    And 20 seconds pass
    Then "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |
    And "EVCE Interface" shows
      | Name        | Value |
      | FailedPolls | 1     |

  @D-5
  Scenario Outline: What changes by itself is Uncertain when the charge controller is gone for long: <age> s
    Given the connector runs
    When the charge controller vanishes
    And the last good poll is <age> s old
    Then "EVCE Zones/Z1" shows
      | Name                   | Value     |
      | ZoneSetPointCurrent(A) | <current> |
      | ZoneMaxCurrent(A)      | 100 A     |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                      | Value       |
      | StationIsConnected        | <connected> |
      | StationStatus             | <status>    |
      | StationAuthenticationMode | allow_all   |
    And "EVCE Zones" shows
      | Name                  | Value   |
      | SiteSetPointPower(kW) | <power> |
    When the charge controller returns
    And the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name          | Value     |
      | StationStatus | available |

    Examples:
      | age  | current           | connected        | status                | power              |
      | 3600 | 100 A             | True             | available             | 198 kW             |
      | 3601 | 100 A [Uncertain] | True [Uncertain] | available [Uncertain] | 198 kW [Uncertain] |

  @D-5
  Scenario: Values are Good again with the first poll after an outage
    Given the connector runs
    When the charge controller vanishes
    And 100 seconds pass
    And the charge controller returns
    And the connector polls once more
    Then "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |
    And "EVCE Interface" shows
      | Name      | Value |
      | EvceState | good  |

  @D-5 @D-1
  Scenario: Set-up resets no live value
    Given the connector runs
    When the set-up processor runs
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value   |
      | ConnectorOverallActivePower1 | 0.13 kW |
      | ConnectorState_Available     | True    |

  @D-5
  Scenario: A station that loses its connection takes its live values with it
    Given the connector runs
    When the connection of station "EVSimu1" becomes lost
    And the status of station "EVSimu1" becomes unavailable
    And the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value             |
      | StationIsConnected             | False             |
      | StationStatus                  | unavailable       |
      | StationAuthenticationMode      | allow_all         |
      | StationNumberOfConnectors      | 1                 |
      | StationOverallActivePowerTotal | 0.13 kW [Offline] |
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value             |
      | ConnectorOverallActivePower1 | 0.13 kW [Offline] |
      | ConnectorMaxCurrentorPower   | 32 A              |

  @D-5 @D-3
  Scenario: A sum of which all is Offline is Offline, one of which a part is Uncertain
    Given the connector runs
    When the connection of station "EVSimu1" becomes lost
    And the connector polls once more
    Then "EVCE Zones/Z1" shows
      | Name                        | Value             |
      | ZoneOverallActivePowerTotal | 0.13 kW [Offline] |
      | ZoneNumberOfTransactions    | 0                 |
      | ZoneNumberOfConnectors      | 1                 |
    And "EVCE Zones" shows
      | Name                        | Value               |
      | SiteOverallActivePowerTotal | 0.13 kW [Uncertain] |

  @D-5 @D-3
  Scenario: A sum over nothing is Good and 0
    Given the connector runs
    Then "EVCE Zones/Z2" shows
      | Name                         | Value    |
      | ZoneOverallActivePowerTotal  | 0.00 kW  |
      | ZoneOverallRmsCurrentAverage | 0.00 A   |
      | ZoneActiveEnergy             | 0.00 kWh |
      | ZoneOverallSetPointCurrent   | 0 A      |
      | ZoneNumberOfConnectors       | 0        |

  @D-5 @D-2
  Scenario: A reduction that ends leaves its validity Uncertain
    Given the connector runs
    When the reduction of zone "Z1" becomes none
    And the connector polls once more
    Then "EVCE Zones/Z1" shows
      | Name                     | Value                            |
      | ZoneReduction            | 0.00                             |
      | ZoneReductionDescription |                                  |
      | ZoneValidity             | 1/1/1970 12:00:00 AM [Uncertain] |
