Feature: The data points of the guide
  Every row of datapoints.csv stands on every object of its level, with the guide's name, type and unit,
  and shows what the guide's formula gives on the figures that the charge controller reports.

  @D-1
  Scenario Outline: <name> of the <site> site is written by set-up
    Given the site "<site>" in Building Operation
    Then every <level> has the data point "<name>"
    And its type is <type>, its unit <unit>
    And writing it is possible: <writeable>
    And its value is <formula>

    Examples: on the screens of the guide
      # rows: set-up data points of the guide's screens
      | site  | level     | name                       | type    | unit    | writeable | formula                                                                         |
      | guide | zone      | ZoneId                     | Integer | none    | no        | zone.id                                                                         |
      | guide | zone      | ZoneName                   | String  | none    | no        | zone.name                                                                       |
      | guide | zone      | ZoneNumberOfStations       | Integer | none    | no        | number of stations in the zone                                                  |
      | guide | station   | StationType                | String  | none    | no        | station.type                                                                    |
      | guide | station   | StationOCPPIdentifier      | String  | none    | no        | station.ocppIdentifier                                                          |
      | guide | station   | StationSerialNumber        | String  | none    | no        | station.serialNumber                                                            |
      | guide | station   | StationModel               | String  | none    | no        | station.model                                                                   |
      | guide | station   | StationVersion             | String  | none    | no        | station.version                                                                 |
      | guide | station   | StationIPAddress           | String  | none    | no        | station.ipAddress                                                               |
      | guide | station   | StationCpoUrl              | String  | none    | no        | station.cpoUrl                                                                  |
      | guide | station   | IsAcceptedByCpo            | Boolean | none    | no        | station.acceptedByCpo                                                           |
      | guide | station   | StationFriendlyName        | String  | none    | no        | station.friendlyName                                                            |
      | guide | station   | StationId                  | Integer | none    | no        | station.id                                                                      |
      | guide | connector | LogicalConnector           | Integer | none    | no        | connector.logicalConnector                                                      |
      | guide | connector | ConnectorIsFixedSetPoint   | Boolean | none    | no        | connector.fixedSetPoint                                                         |
      | guide | connector | ConnectorIsDC              | Boolean | none    | no        | connector.dc                                                                    |
      | guide | connector | ConnectorMaxCurrentorPower | Integer | A or kW | no        | connector.maxCurrent (A) on AC, connector.maxPower (kW) on DC; the unit follows |
      | guide | connector | ConnectorPhaseConnection   | String  | none    | no        | connector.phaseConnection                                                       |
      # end of rows

    @site
    Examples: on any site
      # rows: set-up data points of any site
      | site   | level     | name                       | type    | unit    | writeable | formula                                                                         |
      | campus | zone      | ZoneId                     | Integer | none    | no        | zone.id                                                                         |
      | campus | zone      | ZoneName                   | String  | none    | no        | zone.name                                                                       |
      | campus | zone      | ZoneNumberOfStations       | Integer | none    | no        | number of stations in the zone                                                  |
      | campus | station   | StationType                | String  | none    | no        | station.type                                                                    |
      | campus | station   | StationOCPPIdentifier      | String  | none    | no        | station.ocppIdentifier                                                          |
      | campus | station   | StationSerialNumber        | String  | none    | no        | station.serialNumber                                                            |
      | campus | station   | StationModel               | String  | none    | no        | station.model                                                                   |
      | campus | station   | StationVersion             | String  | none    | no        | station.version                                                                 |
      | campus | station   | StationIPAddress           | String  | none    | no        | station.ipAddress                                                               |
      | campus | station   | StationCpoUrl              | String  | none    | no        | station.cpoUrl                                                                  |
      | campus | station   | IsAcceptedByCpo            | Boolean | none    | no        | station.acceptedByCpo                                                           |
      | campus | station   | StationFriendlyName        | String  | none    | no        | station.friendlyName                                                            |
      | campus | station   | StationId                  | Integer | none    | no        | station.id                                                                      |
      | campus | connector | LogicalConnector           | Integer | none    | no        | connector.logicalConnector                                                      |
      | campus | connector | ConnectorIsFixedSetPoint   | Boolean | none    | no        | connector.fixedSetPoint                                                         |
      | campus | connector | ConnectorIsDC              | Boolean | none    | no        | connector.dc                                                                    |
      | campus | connector | ConnectorMaxCurrentorPower | Integer | A or kW | no        | connector.maxCurrent (A) on AC, connector.maxPower (kW) on DC; the unit follows |
      | campus | connector | ConnectorPhaseConnection   | String  | none    | no        | connector.phaseConnection                                                       |
      # end of rows

  @D-2
  Scenario Outline: <name> of the <site> site is polled
    Given the site "<site>" in Building Operation
    Then every <level> has the data point "<name>"
    And its type is <type>, its unit <unit>
    And writing it is possible: <writeable>
    And its value is <formula>

    Examples: on the screens of the guide
      # rows: polled data points of the guide's screens
      | site  | level     | name                                  | type     | unit | writeable | formula                                |
      | guide | zone      | ZoneType                              | String   | none | no        | zone.type                              |
      | guide | zone      | ZoneMaxCurrent(A)                     | Integer  | A    | no        | zone.maxCurrent                        |
      | guide | zone      | ZoneNumberOfTransactions              | Integer  | none | no        | zone.numberOfTransactions              |
      | guide | zone      | ZoneReduction                         | Double   | none | yes       | zone.reduction.value                   |
      | guide | zone      | ZoneReductionDescription              | String   | none | no        | zone.reduction.description             |
      | guide | zone      | ZoneReductionType(Percentage)         | String   | none | no        | zone.reduction.type                    |
      | guide | zone      | ZoneSetPointCurrent(A)                | Integer  | A    | no        | zone.setPointCurrent                   |
      | guide | zone      | ZoneSetPointPower(kW)                 | Integer  | kW   | no        | zone.setPointPower                     |
      | guide | zone      | ZoneValidity                          | DateTime | none | yes       | zone.reduction.validity                |
      | guide | zone      | ZoneValidityMode(Absolute)            | String   | none | no        | zone.reduction.validityMode            |
      | guide | station   | StationAuthenticationMode             | String   | none | no        | station.authenticationMode             |
      | guide | station   | StationDisconnectedAuthenticationMode | String   | none | no        | station.disconnectedAuthenticationMode |
      | guide | station   | StationIsConnected                    | Boolean  | none | no        | station.connected                      |
      | guide | station   | StationStatus                         | String   | none | no        | station.status                         |
      | guide | connector | ConnectorOverallActivePower1          | Double   | kW   | no        | connector.activePower[1]               |
      | guide | connector | ConnectorOverallActivePower2          | Double   | kW   | no        | connector.activePower[2]               |
      | guide | connector | ConnectorOverallActivePower3          | Double   | kW   | no        | connector.activePower[3]               |
      | guide | connector | ConnectorOverallRmsCurrentPhase1      | Double   | A    | no        | connector.rmsCurrent[1]                |
      | guide | connector | ConnectorOverallRmsCurrentPhase2      | Double   | A    | no        | connector.rmsCurrent[2]                |
      | guide | connector | ConnectorOverallRmsCurrentPhase3      | Double   | A    | no        | connector.rmsCurrent[3]                |
      | guide | connector | ConnectorSetPointCurrent              | Integer  | A    | no        | connector.setPointCurrent              |
      | guide | connector | ConnectorSetPointPower                | Integer  | kW   | no        | connector.setPointPower                |
      | guide | connector | ConnectorState_Available              | Boolean  | none | no        | connector.status is available          |
      | guide | connector | ConnectorState_Charging               | Boolean  | none | no        | connector.status is charging           |
      | guide | connector | ConnectorState_Faulted                | Boolean  | none | no        | connector.status is faulted            |
      | guide | connector | ConnectorState_Preparing              | Boolean  | none | no        | connector.status is preparing          |
      | guide | connector | ConnectorState_SuspendedEVSE          | Boolean  | none | no        | connector.status is suspendedEVSE      |
      | guide | connector | ConnectorState_SuspendedEV            | Boolean  | none | no        | connector.status is suspendedEV        |
      | guide | connector | ConnectorState_Finishing              | Boolean  | none | no        | connector.status is finishing          |
      | guide | connector | ConnectorState_Reserved               | Boolean  | none | no        | connector.status is reserved           |
      | guide | connector | ConnectorState_Unavailable            | Boolean  | none | no        | connector.status is unavailable        |
      | guide | connector | ConnectorActiveEnergy                 | Double   | kWh  | no        | connector.activeEnergy                 |
      | guide | connector | ConnectorAvailability                 | Boolean  | none | yes       | connector.available                    |
      # end of rows

    @site
    Examples: on any site
      # rows: polled data points of any site
      | site   | level     | name                                  | type     | unit | writeable | formula                                |
      | campus | zone      | ZoneType                              | String   | none | no        | zone.type                              |
      | campus | zone      | ZoneMaxCurrent(A)                     | Integer  | A    | no        | zone.maxCurrent                        |
      | campus | zone      | ZoneNumberOfTransactions              | Integer  | none | no        | zone.numberOfTransactions              |
      | campus | zone      | ZoneReduction                         | Double   | none | yes       | zone.reduction.value                   |
      | campus | zone      | ZoneReductionDescription              | String   | none | no        | zone.reduction.description             |
      | campus | zone      | ZoneReductionType(Percentage)         | String   | none | no        | zone.reduction.type                    |
      | campus | zone      | ZoneSetPointCurrent(A)                | Integer  | A    | no        | zone.setPointCurrent                   |
      | campus | zone      | ZoneSetPointPower(kW)                 | Integer  | kW   | no        | zone.setPointPower                     |
      | campus | zone      | ZoneValidity                          | DateTime | none | yes       | zone.reduction.validity                |
      | campus | zone      | ZoneValidityMode(Absolute)            | String   | none | no        | zone.reduction.validityMode            |
      | campus | station   | StationAuthenticationMode             | String   | none | no        | station.authenticationMode             |
      | campus | station   | StationDisconnectedAuthenticationMode | String   | none | no        | station.disconnectedAuthenticationMode |
      | campus | station   | StationIsConnected                    | Boolean  | none | no        | station.connected                      |
      | campus | station   | StationStatus                         | String   | none | no        | station.status                         |
      | campus | connector | ConnectorOverallActivePower1          | Double   | kW   | no        | connector.activePower[1]               |
      | campus | connector | ConnectorOverallActivePower2          | Double   | kW   | no        | connector.activePower[2]               |
      | campus | connector | ConnectorOverallActivePower3          | Double   | kW   | no        | connector.activePower[3]               |
      | campus | connector | ConnectorOverallRmsCurrentPhase1      | Double   | A    | no        | connector.rmsCurrent[1]                |
      | campus | connector | ConnectorOverallRmsCurrentPhase2      | Double   | A    | no        | connector.rmsCurrent[2]                |
      | campus | connector | ConnectorOverallRmsCurrentPhase3      | Double   | A    | no        | connector.rmsCurrent[3]                |
      | campus | connector | ConnectorSetPointCurrent              | Integer  | A    | no        | connector.setPointCurrent              |
      | campus | connector | ConnectorSetPointPower                | Integer  | kW   | no        | connector.setPointPower                |
      | campus | connector | ConnectorState_Available              | Boolean  | none | no        | connector.status is available          |
      | campus | connector | ConnectorState_Charging               | Boolean  | none | no        | connector.status is charging           |
      | campus | connector | ConnectorState_Faulted                | Boolean  | none | no        | connector.status is faulted            |
      | campus | connector | ConnectorState_Preparing              | Boolean  | none | no        | connector.status is preparing          |
      | campus | connector | ConnectorState_SuspendedEVSE          | Boolean  | none | no        | connector.status is suspendedEVSE      |
      | campus | connector | ConnectorState_SuspendedEV            | Boolean  | none | no        | connector.status is suspendedEV        |
      | campus | connector | ConnectorState_Finishing              | Boolean  | none | no        | connector.status is finishing          |
      | campus | connector | ConnectorState_Reserved               | Boolean  | none | no        | connector.status is reserved           |
      | campus | connector | ConnectorState_Unavailable            | Boolean  | none | no        | connector.status is unavailable        |
      | campus | connector | ConnectorActiveEnergy                 | Double   | kWh  | no        | connector.activeEnergy                 |
      | campus | connector | ConnectorAvailability                 | Boolean  | none | yes       | connector.available                    |
      # end of rows

  @D-3
  Scenario Outline: <name> of the <site> site is calculated
    Given the site "<site>" in Building Operation
    Then every <level> has the data point "<name>"
    And its type is <type>, its unit <unit>
    And writing it is possible: <writeable>
    And its value is <formula>

    Examples: on the screens of the guide
      # rows: calculated data points of the guide's screens
      | site  | level     | name                              | type    | unit | writeable | formula                                                                                                       |
      | guide | site      | SiteOverallActivePowerTotal       | Double  | kW   | no        | sum of ZoneOverallActivePowerTotal over all zones                                                             |
      | guide | site      | SiteSetPointPower(kW)             | Integer | kW   | no        | sum of ZoneSetPointPower(kW) over all zones                                                                   |
      | guide | site      | SiteNumberOfStations              | Integer | none | no        | number of stations on the site                                                                                |
      | guide | site      | SiteNumberOfConnectors            | Integer | none | no        | number of connectors on the site                                                                              |
      | guide | site      | SiteNumberOfZones                 | Integer | none | no        | number of zones on the site                                                                                   |
      | guide | zone      | ZoneOverallRmsCurrentPhase1       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase1 over the zone's stations                                                |
      | guide | zone      | ZoneOverallRmsCurrentPhase2       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase2 over the zone's stations                                                |
      | guide | zone      | ZoneOverallRmsCurrentPhase3       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase3 over the zone's stations                                                |
      | guide | zone      | ZoneOverallActivePowerPhase1      | Double  | kW   | no        | sum of StationOverallActivePowerPhase1 over the zone's stations                                               |
      | guide | zone      | ZoneOverallActivePowerPhase2      | Double  | kW   | no        | sum of StationOverallActivePowerPhase2 over the zone's stations                                               |
      | guide | zone      | ZoneOverallActivePowerPhase3      | Double  | kW   | no        | sum of StationOverallActivePowerPhase3 over the zone's stations                                               |
      | guide | zone      | ZoneActiveEnergy                  | Double  | kWh  | no        | sum of StationActiveEnergy over the zone's stations                                                           |
      | guide | zone      | ZoneOverallSetPointCurrent        | Integer | A    | no        | sum of StationOverallSetPointCurrent over the zone's stations                                                 |
      | guide | zone      | ZoneOverallActivePowerTotal       | Double  | kW   | no        | sum of StationOverallActivePowerTotal over the zone's stations                                                |
      | guide | zone      | ZoneOverallRmsCurrentAverage      | Double  | A    | no        | sum of StationOverallRmsCurrentAverage over the zone's stations                                               |
      | guide | zone      | ZoneNumberOfConnectors            | Integer | none | no        | sum of StationNumberOfConnectors over the zone's stations                                                     |
      | guide | station   | StationOverallRmsCurrentPhase1    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase1 over the station's connectors                                         |
      | guide | station   | StationOverallRmsCurrentPhase2    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase2 over the station's connectors                                         |
      | guide | station   | StationOverallRmsCurrentPhase3    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase3 over the station's connectors                                         |
      | guide | station   | StationOverallActivePowerPhase1   | Double  | kW   | no        | sum of ConnectorOverallActivePower1 over the station's connectors                                             |
      | guide | station   | StationOverallActivePowerPhase2   | Double  | kW   | no        | sum of ConnectorOverallActivePower2 over the station's connectors                                             |
      | guide | station   | StationOverallActivePowerPhase3   | Double  | kW   | no        | sum of ConnectorOverallActivePower3 over the station's connectors                                             |
      | guide | station   | StationActiveEnergy               | Double  | kWh  | no        | sum of ConnectorActiveEnergy over the station's connectors                                                    |
      | guide | station   | StationOverallSetPointCurrent     | Integer | A    | no        | sum of ConnectorSetPointCurrent over the station's connectors                                                 |
      | guide | station   | StationOverallActivePowerTotal    | Double  | kW   | no        | sum of ConnectorOverallActivePowerTotal over the station's connectors                                         |
      | guide | station   | StationOverallRmsCurrentAverage   | Double  | A    | no        | sum of ConnectorOverallRmsCurrentAverage over the station's connectors (a sum, as the guide says, not a mean) |
      | guide | station   | StationNumberOfConnectors         | Integer | none | no        | number of the station's connectors                                                                            |
      | guide | connector | ConnectorOverallActivePowerTotal  | Double  | kW   | no        | active power phase 1 + phase 2 + phase 3                                                                      |
      | guide | connector | ConnectorOverallRmsCurrentAverage | Double  | A    | no        | tri-phase: rms current (phase 1 + phase 2 + phase 3) / 3; mono: rms current phase 1                           |
      # end of rows

    @site
    Examples: on any site
      # rows: calculated data points of any site
      | site   | level     | name                              | type    | unit | writeable | formula                                                                                                       |
      | campus | site      | SiteOverallActivePowerTotal       | Double  | kW   | no        | sum of ZoneOverallActivePowerTotal over all zones                                                             |
      | campus | site      | SiteSetPointPower(kW)             | Integer | kW   | no        | sum of ZoneSetPointPower(kW) over all zones                                                                   |
      | campus | site      | SiteNumberOfStations              | Integer | none | no        | number of stations on the site                                                                                |
      | campus | site      | SiteNumberOfConnectors            | Integer | none | no        | number of connectors on the site                                                                              |
      | campus | site      | SiteNumberOfZones                 | Integer | none | no        | number of zones on the site                                                                                   |
      | campus | zone      | ZoneOverallRmsCurrentPhase1       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase1 over the zone's stations                                                |
      | campus | zone      | ZoneOverallRmsCurrentPhase2       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase2 over the zone's stations                                                |
      | campus | zone      | ZoneOverallRmsCurrentPhase3       | Double  | A    | no        | sum of StationOverallRmsCurrentPhase3 over the zone's stations                                                |
      | campus | zone      | ZoneOverallActivePowerPhase1      | Double  | kW   | no        | sum of StationOverallActivePowerPhase1 over the zone's stations                                               |
      | campus | zone      | ZoneOverallActivePowerPhase2      | Double  | kW   | no        | sum of StationOverallActivePowerPhase2 over the zone's stations                                               |
      | campus | zone      | ZoneOverallActivePowerPhase3      | Double  | kW   | no        | sum of StationOverallActivePowerPhase3 over the zone's stations                                               |
      | campus | zone      | ZoneActiveEnergy                  | Double  | kWh  | no        | sum of StationActiveEnergy over the zone's stations                                                           |
      | campus | zone      | ZoneOverallSetPointCurrent        | Integer | A    | no        | sum of StationOverallSetPointCurrent over the zone's stations                                                 |
      | campus | zone      | ZoneOverallActivePowerTotal       | Double  | kW   | no        | sum of StationOverallActivePowerTotal over the zone's stations                                                |
      | campus | zone      | ZoneOverallRmsCurrentAverage      | Double  | A    | no        | sum of StationOverallRmsCurrentAverage over the zone's stations                                               |
      | campus | zone      | ZoneNumberOfConnectors            | Integer | none | no        | sum of StationNumberOfConnectors over the zone's stations                                                     |
      | campus | station   | StationOverallRmsCurrentPhase1    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase1 over the station's connectors                                         |
      | campus | station   | StationOverallRmsCurrentPhase2    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase2 over the station's connectors                                         |
      | campus | station   | StationOverallRmsCurrentPhase3    | Double  | A    | no        | sum of ConnectorOverallRmsCurrentPhase3 over the station's connectors                                         |
      | campus | station   | StationOverallActivePowerPhase1   | Double  | kW   | no        | sum of ConnectorOverallActivePower1 over the station's connectors                                             |
      | campus | station   | StationOverallActivePowerPhase2   | Double  | kW   | no        | sum of ConnectorOverallActivePower2 over the station's connectors                                             |
      | campus | station   | StationOverallActivePowerPhase3   | Double  | kW   | no        | sum of ConnectorOverallActivePower3 over the station's connectors                                             |
      | campus | station   | StationActiveEnergy               | Double  | kWh  | no        | sum of ConnectorActiveEnergy over the station's connectors                                                    |
      | campus | station   | StationOverallSetPointCurrent     | Integer | A    | no        | sum of ConnectorSetPointCurrent over the station's connectors                                                 |
      | campus | station   | StationOverallActivePowerTotal    | Double  | kW   | no        | sum of ConnectorOverallActivePowerTotal over the station's connectors                                         |
      | campus | station   | StationOverallRmsCurrentAverage   | Double  | A    | no        | sum of ConnectorOverallRmsCurrentAverage over the station's connectors (a sum, as the guide says, not a mean) |
      | campus | station   | StationNumberOfConnectors         | Integer | none | no        | number of the station's connectors                                                                            |
      | campus | connector | ConnectorOverallActivePowerTotal  | Double  | kW   | no        | active power phase 1 + phase 2 + phase 3                                                                      |
      | campus | connector | ConnectorOverallRmsCurrentAverage | Double  | A    | no        | tri-phase: rms current (phase 1 + phase 2 + phase 3) / 3; mono: rms current phase 1                           |
      # end of rows

  @D-5
  Scenario Outline: <name> is Offline before the first poll
    Given the site "guide" in Building Operation, set up and never polled
    Then every <level> shows "<name>" as <shown>

    Examples:
      # rows: live data points
      | level     | name                              | shown              |
      | site      | SiteOverallActivePowerTotal       | 0.00 kW [Offline]  |
      | zone      | ZoneNumberOfTransactions          | 0 [Offline]        |
      | zone      | ZoneOverallRmsCurrentPhase1       | 0.00 A [Offline]   |
      | zone      | ZoneOverallRmsCurrentPhase2       | 0.00 A [Offline]   |
      | zone      | ZoneOverallRmsCurrentPhase3       | 0.00 A [Offline]   |
      | zone      | ZoneOverallActivePowerPhase1      | 0.00 kW [Offline]  |
      | zone      | ZoneOverallActivePowerPhase2      | 0.00 kW [Offline]  |
      | zone      | ZoneOverallActivePowerPhase3      | 0.00 kW [Offline]  |
      | zone      | ZoneActiveEnergy                  | 0.00 kWh [Offline] |
      | zone      | ZoneOverallSetPointCurrent        | 0 A [Offline]      |
      | zone      | ZoneOverallActivePowerTotal       | 0.00 kW [Offline]  |
      | zone      | ZoneOverallRmsCurrentAverage      | 0.00 A [Offline]   |
      | station   | StationOverallRmsCurrentPhase1    | 0.00 A [Offline]   |
      | station   | StationOverallRmsCurrentPhase2    | 0.00 A [Offline]   |
      | station   | StationOverallRmsCurrentPhase3    | 0.00 A [Offline]   |
      | station   | StationOverallActivePowerPhase1   | 0.00 kW [Offline]  |
      | station   | StationOverallActivePowerPhase2   | 0.00 kW [Offline]  |
      | station   | StationOverallActivePowerPhase3   | 0.00 kW [Offline]  |
      | station   | StationActiveEnergy               | 0.00 kWh [Offline] |
      | station   | StationOverallSetPointCurrent     | 0 A [Offline]      |
      | station   | StationOverallActivePowerTotal    | 0.00 kW [Offline]  |
      | station   | StationOverallRmsCurrentAverage   | 0.00 A [Offline]   |
      | connector | ConnectorOverallActivePower1      | 0.00 kW [Offline]  |
      | connector | ConnectorOverallActivePower2      | 0.00 kW [Offline]  |
      | connector | ConnectorOverallActivePower3      | 0.00 kW [Offline]  |
      | connector | ConnectorOverallRmsCurrentPhase1  | 0.00 A [Offline]   |
      | connector | ConnectorOverallRmsCurrentPhase2  | 0.00 A [Offline]   |
      | connector | ConnectorOverallRmsCurrentPhase3  | 0.00 A [Offline]   |
      | connector | ConnectorOverallActivePowerTotal  | 0.00 kW [Offline]  |
      | connector | ConnectorOverallRmsCurrentAverage | 0.00 A [Offline]   |
      | connector | ConnectorSetPointCurrent          | 0 A [Offline]      |
      | connector | ConnectorSetPointPower            | 0 kW [Offline]     |
      | connector | ConnectorState_Available          | False [Offline]    |
      | connector | ConnectorState_Charging           | False [Offline]    |
      | connector | ConnectorState_Faulted            | False [Offline]    |
      | connector | ConnectorState_Preparing          | False [Offline]    |
      | connector | ConnectorState_SuspendedEVSE      | False [Offline]    |
      | connector | ConnectorState_SuspendedEV        | False [Offline]    |
      | connector | ConnectorState_Finishing          | False [Offline]    |
      | connector | ConnectorState_Reserved           | False [Offline]    |
      | connector | ConnectorState_Unavailable        | False [Offline]    |
      | connector | ConnectorActiveEnergy             | 0.00 kWh [Offline] |
      | connector | ConnectorAvailability             | False [Offline]    |
      # end of rows

  @D-5
  Scenario Outline: <name> is Good from set-up on
    Given the site "guide" in Building Operation, set up and never polled
    Then the <level> on the screens of the guide shows "<name>" as Good

    Examples:
      # rows: plain data points
      | level     | name                                  |
      | site      | SiteSetPointPower(kW)                 |
      | site      | SiteNumberOfStations                  |
      | site      | SiteNumberOfConnectors                |
      | site      | SiteNumberOfZones                     |
      | zone      | ZoneId                                |
      | zone      | ZoneName                              |
      | zone      | ZoneNumberOfStations                  |
      | zone      | ZoneType                              |
      | zone      | ZoneMaxCurrent(A)                     |
      | zone      | ZoneReduction                         |
      | zone      | ZoneReductionDescription              |
      | zone      | ZoneReductionType(Percentage)         |
      | zone      | ZoneSetPointCurrent(A)                |
      | zone      | ZoneSetPointPower(kW)                 |
      | zone      | ZoneValidity                          |
      | zone      | ZoneValidityMode(Absolute)            |
      | zone      | ZoneNumberOfConnectors                |
      | station   | StationType                           |
      | station   | StationOCPPIdentifier                 |
      | station   | StationSerialNumber                   |
      | station   | StationModel                          |
      | station   | StationVersion                        |
      | station   | StationIPAddress                      |
      | station   | StationCpoUrl                         |
      | station   | IsAcceptedByCpo                       |
      | station   | StationFriendlyName                   |
      | station   | StationId                             |
      | station   | StationAuthenticationMode             |
      | station   | StationDisconnectedAuthenticationMode |
      | station   | StationIsConnected                    |
      | station   | StationStatus                         |
      | station   | StationNumberOfConnectors             |
      | connector | LogicalConnector                      |
      | connector | ConnectorIsFixedSetPoint              |
      | connector | ConnectorIsDC                         |
      | connector | ConnectorMaxCurrentorPower            |
      | connector | ConnectorPhaseConnection              |
      # end of rows

  @site @D-6
  Scenario Outline: <name> has the history item <history>
    Given the site "campus" in Building Operation
    Then every <level> has the history item "<history>" of "<name>" in OverallConsumptionLogs

    Examples:
      # rows: logged data points
      | level   | name                            | history                                  |
      | zone    | ZoneOverallRmsCurrentPhase1     | ZoneOverallRmsCurrentPhase1-Readings     |
      | zone    | ZoneOverallRmsCurrentPhase2     | ZoneOverallRmsCurrentPhase2-Readings     |
      | zone    | ZoneOverallRmsCurrentPhase3     | ZoneOverallRmsCurrentPhase3-Readings     |
      | zone    | ZoneOverallActivePowerPhase1    | ZoneOverallActivePowerPhase1-Readings    |
      | zone    | ZoneOverallActivePowerPhase2    | ZoneOverallActivePowerPhase2-Readings    |
      | zone    | ZoneOverallActivePowerPhase3    | ZoneOverallActivePowerPhase3-Readings    |
      | zone    | ZoneActiveEnergy                | ZoneActiveEnergy-Readings                |
      | zone    | ZoneOverallActivePowerTotal     | ZoneOverallActivePowerTotal-Readings     |
      | zone    | ZoneOverallRmsCurrentAverage    | ZoneOverallRmsCurrentAverage-Readings    |
      | station | StationOverallRmsCurrentPhase1  | StationOverallRmsCurrentPhase1-Readings  |
      | station | StationOverallRmsCurrentPhase2  | StationOverallRmsCurrentPhase2-Readings  |
      | station | StationOverallRmsCurrentPhase3  | StationOverallRmsCurrentPhase3-Readings  |
      | station | StationOverallActivePowerPhase1 | StationOverallActivePowerPhase1-Readings |
      | station | StationOverallActivePowerPhase2 | StationOverallActivePowerPhase2-Readings |
      | station | StationOverallActivePowerPhase3 | StationOverallActivePowerPhase3-Readings |
      | station | StationActiveEnergy             | StationActiveEnergy-Readings             |
      | station | StationOverallActivePowerTotal  | StationOverallActivePowerTotal-Readings  |
      | station | StationOverallRmsCurrentAverage | StationOverallRmsCurrentAverage-Readings |
      # end of rows
