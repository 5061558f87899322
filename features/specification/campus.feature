Feature: A campus of every kind of connector
  Values computed by hand from what the charge controller of the campus reports.

  Background:
    Given the site "campus" in Building Operation

  @D-2 @D-3
  Scenario Outline: <place>, <kind>
    Then "EVCE Zones/<place>" shows
      | Name                              | Value     |
      | ConnectorPhaseConnection          | <phases>  |
      | ConnectorMaxCurrentorPower        | <maximum> |
      | ConnectorOverallActivePowerTotal  | <power>   |
      | ConnectorOverallRmsCurrentPhase1  | <phase 1> |
      | ConnectorOverallRmsCurrentPhase2  | <phase 2> |
      | ConnectorOverallRmsCurrentAverage | <average> |
      | ConnectorActiveEnergy             | <energy>  |

    Examples:
      | kind             | place                            | phases | maximum | power    | phase 1 | phase 2 | average | energy       |
      | mono1, charging  | Parking Nord/PN-03/Connector-2   | mono1  | 32 A    | 3.64 kW  | 15.82 A | 0.00 A  | 15.82 A | 6614.12 kWh  |
      | mono2, charging  | Parking Nord/PN-10/Connector-1   | mono2  | 32 A    | 6.61 kW  | 28.74 A | 0.00 A  | 28.74 A | 11312.43 kWh |
      | mono3, charging  | Parking Nord/PN-02/Connector-2   | mono3  | 32 A    | 2.29 kW  | 9.96 A  | 0.00 A  | 9.96 A  | 1350.23 kWh  |
      | tri, charging    | Parking Nord/PN-01/Connector-1   | tri    | 32 A    | 4.42 kW  | 6.40 A  | 6.40 A  | 6.40 A  | 5862.80 kWh  |
      | tri of 16 A      | Bâtiment 2 & 3/BAT-01/Connector-2 | tri   | 16 A    | 11.04 kW | 16.00 A | 16.00 A | 16.00 A | 7170.42 kWh  |
      | direct current   | DC Plaza/DC-01/Connector-1       | tri    | 150 kW  | 48.30 kW | 70.00 A | 70.00 A | 70.00 A | 10718.94 kWh |
      | direct, idle     | DC Plaza/DC-04/Connector-1       | tri    | 50 kW   | 0.00 kW  | 0.00 A  | 0.00 A  | 0.00 A  | 11971.53 kWh |

  @D-2
  Scenario Outline: A connector that is <status> shows this state and no other
    Then "EVCE Zones/<place>" shows
      | Name                         | Value           |
      | ConnectorState_Available     | <available>     |
      | ConnectorState_Preparing     | <preparing>     |
      | ConnectorState_Charging      | <charging>      |
      | ConnectorState_SuspendedEVSE | <suspendedEVSE> |
      | ConnectorState_SuspendedEV   | <suspendedEV>   |
      | ConnectorState_Finishing     | <finishing>     |
      | ConnectorState_Reserved      | <reserved>      |
      | ConnectorState_Unavailable   | <unavailable>   |
      | ConnectorState_Faulted       | <faulted>       |

    Examples:
      | status        | place                               | available | preparing | charging | suspendedEVSE | suspendedEV | finishing | reserved | unavailable | faulted |
      | available     | Parking Nord/PN-01/Connector-2      | True      | False     | False    | False         | False       | False     | False    | False       | False   |
      | preparing     | Parking Nord/PN-05/Connector-1      | False     | True      | False    | False         | False       | False     | False    | False       | False   |
      | charging      | Parking Nord/PN-01/Connector-1      | False     | False     | True     | False         | False       | False     | False    | False       | False   |
      | suspendedEVSE | Bâtiment 2 & 3/BAT-03/Connector-1   | False     | False     | False    | True          | False       | False     | False    | False       | False   |
      | suspendedEV   | Parking Nord/PN-02/Connector-1      | False     | False     | False    | False         | True        | False     | False    | False       | False   |
      | finishing     | Parking Nord/PN-08/Connector-1      | False     | False     | False    | False         | False       | True      | False    | False       | False   |
      | reserved      | Dépôt livraisons/DEP-04/Connector-2 | False     | False     | False    | False         | False       | False     | True     | False       | False   |
      | unavailable   | Bâtiment 2 & 3/BAT-01/Connector-1   | False     | False     | False    | False         | False       | False     | False    | True        | False   |
      | faulted       | Parking Nord/PN-06/Connector-2      | False     | False     | False    | False         | False       | False     | False    | False       | True    |

  @D-1 @D-2
  Scenario: A connector with a fixed set point
    Then "EVCE Zones/Bâtiment 2 & 3/BAT-04/Connector-1" shows
      | Name                     | Value |
      | ConnectorIsFixedSetPoint | True  |
      | ConnectorSetPointCurrent | 10 A  |
      | ConnectorSetPointPower   | 2 kW  |
      | ConnectorAvailability    | True  |

  @D-2
  Scenario: A connector that was made inoperative
    Then "EVCE Zones/Bâtiment 2 & 3/BAT-01/Connector-1" shows
      | Name                  | Value |
      | ConnectorAvailability | False |

  @D-5
  Scenario: A station that is not connected
    Then "EVCE Zones/Bâtiment 2 & 3/BAT-05" shows
      | Name                                  | Value                 |
      | StationIsConnected                    | False                 |
      | StationStatus                         | unavailable           |
      | StationAuthenticationMode             | allow_all             |
      | StationDisconnectedAuthenticationMode | allow_all             |
      | StationSerialNumber                   | SN20240555            |
      | StationNumberOfConnectors             | 2                     |
      | StationActiveEnergy                   | 7751.62 kWh [Offline] |
      | StationOverallActivePowerTotal        | 0.00 kW [Offline]     |
      | StationOverallRmsCurrentAverage       | 0.00 A [Offline]      |
      | StationOverallSetPointCurrent         | 48 A [Offline]        |

  @D-5
  Scenario: A connector of a station that is not connected
    Then "EVCE Zones/Bâtiment 2 & 3/BAT-05/Connector-1" shows
      | Name                       | Value             |
      | ConnectorMaxCurrentorPower | 16 A              |
      | ConnectorPhaseConnection   | tri               |
      | ConnectorSetPointCurrent   | 16 A [Offline]    |
      | ConnectorState_Unavailable | True [Offline]    |
      | ConnectorState_Available   | False [Offline]   |
      | ConnectorAvailability      | True [Offline]    |

  @D-1 @D-3
  Scenario: A station whose connectors are of different kinds
    Then "EVCE Zones/Parking Nord/PN-02" shows
      | Name                            | Value               |
      | StationFriendlyName             | Borne 2 allée Nord  |
      | StationOCPPIdentifier           | PN-02               |
      | StationModel                    | Pedestal AC         |
      | StationOverallRmsCurrentPhase1  | 9.96 A              |
      | StationOverallRmsCurrentPhase2  | 0.00 A              |
      | StationOverallActivePowerPhase1 | 2.29 kW             |
      | StationOverallActivePowerTotal  | 2.29 kW             |
      | StationOverallRmsCurrentAverage | 9.96 A              |
      | StationOverallSetPointCurrent   | 64 A                |
      | StationActiveEnergy             | 13084.51 kWh        |
      | StationNumberOfConnectors       | 2                   |

  @D-1
  Scenario: A station that another operator's back end accepts
    Then "EVCE Zones/Visiteurs été/VIS-04" shows
      | Name                                  | Value                         |
      | StationCpoUrl                         | wss://cpo.example/ocpp/VIS-04 |
      | IsAcceptedByCpo                       | True                          |
      | StationAuthenticationMode             | local_list                    |
      | StationDisconnectedAuthenticationMode | deny_all                      |
      | StationIPAddress                      | 10.20.4.14                    |

  @D-2 @D-3
  Scenario Outline: Zone <zone>
    Then "EVCE Zones/<zone>" shows
      | Name                         | Value         |
      | ZoneType                     | <type>        |
      | ZoneMaxCurrent(A)            | <maximum>     |
      | ZoneSetPointCurrent(A)       | <set point>   |
      | ZoneNumberOfStations         | <stations>    |
      | ZoneNumberOfConnectors       | <connectors>  |
      | ZoneOverallActivePowerPhase1 | <power 1>     |
      | ZoneOverallActivePowerPhase2 | <power 2>     |
      | ZoneOverallActivePowerTotal  | <power>       |
      | ZoneOverallRmsCurrentPhase1  | <current 1>   |
      | ZoneOverallRmsCurrentAverage | <average>     |
      | ZoneOverallSetPointCurrent   | <set points>  |

    Examples:
      | zone             | type    | maximum | set point | stations | connectors | power 1             | power 2             | power                | current 1           | average             | set points        |
      | Parking Nord     | STATIC  | 250 A   | 250 A     | 10       | 18         | 20.42 kW            | 4.24 kW             | 28.91 kW             | 88.79 A             | 88.79 A             | 528 A             |
      | Bâtiment 2 & 3   | STATIC  | 200 A   | 160 A     | 8        | 14         | 5.98 kW [Uncertain] | 3.68 kW [Uncertain] | 13.34 kW [Uncertain] | 26.00 A [Uncertain] | 26.00 A [Uncertain] | 330 A [Uncertain] |
      | Dépôt livraisons | DYNAMIC | 160 A   | 160 A     | 8        | 14         | 15.79 kW            | 12.15 kW            | 40.10 kW             | 68.66 A             | 68.66 A             | 400 A             |
      | Visiteurs été    | STATIC  | 125 A   | 125 A     | 6        | 10         | 14.35 kW            | 0.00 kW             | 14.35 kW             | 62.40 A             | 62.40 A             | 272 A             |
      | R&D              | DYNAMIC | 100 A   | 87 A      | 4        | 7          | 1.47 kW             | 1.47 kW             | 4.42 kW              | 6.40 A              | 6.40 A              | 208 A             |
      | DC Plaza         | STATIC  | 400 A   | 400 A     | 4        | 7          | 48.30 kW            | 48.30 kW            | 144.90 kW            | 210.00 A            | 210.00 A            | 1228 A            |

  @D-2
  Scenario Outline: The reduction of zone <zone>
    Then "EVCE Zones/<zone>" shows
      | Name                     | Value         |
      | ZoneReduction            | <reduction>   |
      | ZoneReductionDescription | <description> |
      | ZoneValidity             | <validity>    |

    Examples:
      | zone           | reduction | description                                | validity               |
      | Bâtiment 2 & 3 | 20.00     | external-reduction@bmsApi-2-Bâtiment 2 & 3 | 12/31/2149 10:00:00 PM |
      | R&D            | 12.50     | external-reduction@bmsApi-5-R&D            | 6/30/2140 6:30:00 PM   |

  @D-3
  Scenario: Energy of a zone and of a station
    Then "EVCE Zones/DC Plaza" shows
      | Name             | Value        |
      | ZoneActiveEnergy | 82082.99 kWh |
    And "EVCE Zones/R&D" shows
      | Name             | Value        |
      | ZoneActiveEnergy | 70885.26 kWh |
    And "EVCE Zones/Parking Nord/PN-01" shows
      | Name                | Value       |
      | StationActiveEnergy | 8620.54 kWh |

  @D-3 @D-5
  Scenario: The whole site, with one station that is not connected
    Then "EVCE Zones" shows
      | Name                        | Value                 |
      | SiteOverallActivePowerTotal | 246.01 kW [Uncertain] |
      | SiteSetPointPower(kW)       | 814 kW                |
      | SiteNumberOfStations        | 40                    |
      | SiteNumberOfConnectors      | 70                    |
      | SiteNumberOfZones           | 6                     |
