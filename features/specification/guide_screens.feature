Feature: The screens of the installation guide
  What the guide shows of zone Z1, station EVSimu1 and its connector, typed by hand from its pages; then what the
  same site shows of data points that the guide lists and its screens do not.

  @O-1 @D-2 @D-5
  Scenario: The screen "Zone Values", taken before the first poll
    Given the site "guide" in Building Operation, set up and never polled
    Then "EVCE Zones/Z1" shows
      | Name                          | Value                          |
      | ZoneId                        | 1                              |
      | ZoneMaxCurrent(A)             | 100 A                          |
      | ZoneName                      | Z1                             |
      | ZoneNumberOfTransactions      | 0 [Offline]                    |
      | ZoneOverallActivePowerPhase1  | 0.00 kW [Offline]              |
      | ZoneOverallActivePowerPhase2  | 0.00 kW [Offline]              |
      | ZoneOverallActivePowerPhase3  | 0.00 kW [Offline]              |
      | ZoneOverallRmsCurrentPhase1   | 0.00 A [Offline]               |
      | ZoneOverallRmsCurrentPhase2   | 0.00 A [Offline]               |
      | ZoneOverallRmsCurrentPhase3   | 0.00 A [Offline]               |
      | ZoneReduction                 | 10.00                          |
      | ZoneReductionDescription      | external-reduction@bmsApi-1-Z1 |
      | ZoneReductionType(Percentage) | percentage                     |
      | ZoneSetPointCurrent(A)        | 100 A                          |
      | ZoneType                      | STATIC                         |
      | ZoneValidity                  | 12/16/2149 8:27:56 AM          |
      | ZoneValidityMode(Absolute)    | absolute                       |

  @O-1 @D-2 @D-5
  Scenario: The screen "Station Values", taken before the first poll
    Given the site "guide" in Building Operation, set up and never polled
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name                                  | Value               |
      | StationAuthenticationMode             | allow_all           |
      | StationDisconnectedAuthenticationMode | allow_all           |
      | StationId                             | 1                   |
      | StationIPAddress                      | 192.168.0.194       |
      | StationIsConnected                    | True                |
      | StationModel                          | Open OCPP Simulated |
      | StationOCPPIdentifier                 | EVSimu1             |
      | StationOverallActivePowerPhase1       | 0.00 kW [Offline]   |
      | StationOverallActivePowerPhase2       | 0.00 kW [Offline]   |
      | StationOverallActivePowerPhase3       | 0.00 kW [Offline]   |
      | StationOverallRmsCurrentPhase1        | 0.00 A [Offline]    |
      | StationOverallRmsCurrentPhase2        | 0.00 A [Offline]    |
      | StationOverallRmsCurrentPhase3        | 0.00 A [Offline]    |
      | StationSerialNumber                   | EVSimu1             |
      | StationStatus                         | available           |
      | StationType                           | ocpp1.6             |
      | StationVersion                        | 1.1.0               |

  @O-1 @D-2 @D-3
  Scenario: The screen "Connector Values", taken after a poll
    Given the site "guide" in Building Operation
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value   |
      | ConnectorIsDC                     | False   |
      | ConnectorIsFixedSetPoint          | False   |
      | ConnectorMaxCurrentorPower        | 32 A    |
      | ConnectorOverallActivePower1      | 0.13 kW |
      | ConnectorOverallActivePower2      | 0.00 kW |
      | ConnectorOverallActivePower3      | 0.00 kW |
      | ConnectorOverallActivePowerTotal  | 0.13 kW |
      | ConnectorOverallRmsCurrentAverage | 0.58 A  |
      | ConnectorOverallRmsCurrentPhase1  | 0.58 A  |
      | ConnectorOverallRmsCurrentPhase2  | 0.00 A  |
      | ConnectorOverallRmsCurrentPhase3  | 0.00 A  |
      | ConnectorPhaseConnection          | mono1   |
      | ConnectorSetPointCurrent          | 32 A    |
      | ConnectorSetPointPower            | 7 kW    |
      | ConnectorState_Available          | True    |
      | ConnectorState_Charging           | False   |
      | ConnectorState_Faulted            | False   |

  @D-1 @D-2
  Scenario: What the connector's screen cuts off or leaves out
    Given the site "guide" in Building Operation
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value     |
      | LogicalConnector             | 1         |
      | ConnectorState_Preparing     | False     |
      | ConnectorState_SuspendedEVSE | False     |
      | ConnectorState_SuspendedEV   | False     |
      | ConnectorState_Finishing     | False     |
      | ConnectorState_Reserved      | False     |
      | ConnectorState_Unavailable   | False     |
      | ConnectorActiveEnergy        | 12.50 kWh |
      | ConnectorAvailability        | True      |

  @D-1 @D-3
  Scenario: The station after a poll
    Given the site "guide" in Building Operation
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name                            | Value     |
      | StationFriendlyName             | EVSimu1   |
      | StationCpoUrl                   |           |
      | IsAcceptedByCpo                 | False     |
      | StationOverallRmsCurrentPhase1  | 0.58 A    |
      | StationOverallRmsCurrentPhase2  | 0.00 A    |
      | StationOverallRmsCurrentPhase3  | 0.00 A    |
      | StationOverallActivePowerPhase1 | 0.13 kW   |
      | StationOverallActivePowerPhase2 | 0.00 kW   |
      | StationOverallActivePowerPhase3 | 0.00 kW   |
      | StationOverallActivePowerTotal  | 0.13 kW   |
      | StationOverallRmsCurrentAverage | 0.58 A    |
      | StationActiveEnergy             | 12.50 kWh |
      | StationOverallSetPointCurrent   | 32 A      |
      | StationNumberOfConnectors       | 1         |

  @D-1 @D-2 @D-3
  Scenario: The zone after a poll
    Given the site "guide" in Building Operation
    Then "EVCE Zones/Z1" shows
      | Name                         | Value     |
      | ZoneNumberOfStations         | 1         |
      | ZoneNumberOfConnectors       | 1         |
      | ZoneNumberOfTransactions     | 0         |
      | ZoneSetPointPower(kW)        | 69 kW     |
      | ZoneOverallRmsCurrentPhase1  | 0.58 A    |
      | ZoneOverallRmsCurrentPhase2  | 0.00 A    |
      | ZoneOverallRmsCurrentPhase3  | 0.00 A    |
      | ZoneOverallActivePowerPhase1 | 0.13 kW   |
      | ZoneOverallActivePowerPhase2 | 0.00 kW   |
      | ZoneOverallActivePowerPhase3 | 0.00 kW   |
      | ZoneOverallActivePowerTotal  | 0.13 kW   |
      | ZoneOverallRmsCurrentAverage | 0.58 A    |
      | ZoneOverallSetPointCurrent   | 32 A      |
      | ZoneActiveEnergy             | 12.50 kWh |

  @D-3
  Scenario: The site after a poll
    Given the site "guide" in Building Operation
    Then "EVCE Zones" shows
      | Name                        | Value   |
      | SiteOverallActivePowerTotal | 0.13 kW |
      | SiteSetPointPower(kW)       | 198 kW  |
      | SiteNumberOfStations        | 1       |
      | SiteNumberOfConnectors      | 1       |
      | SiteNumberOfZones           | 3       |

  @D-2 @D-5
  Scenario: A zone without a reduction
    Given the site "guide" in Building Operation
    Then "EVCE Zones/Z2" shows
      | Name                          | Value                            |
      | ZoneReduction                 | 0.00                             |
      | ZoneReductionDescription      |                                  |
      | ZoneReductionType(Percentage) | percentage                       |
      | ZoneValidity                  | 1/1/1970 12:00:00 AM [Uncertain] |
      | ZoneValidityMode(Absolute)    | absolute                         |
