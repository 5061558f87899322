Feature: The set-up processor
  It builds the tree and writes what the guide lists as updated only on set-up; polls bring the rest.

  Background:
    Given a charge controller with the site "guide"

  @P-1
  Scenario: Before set-up there is no zone
    When the connector serves Building Operation and no processor runs
    Then the folder "EVCE Zones" holds no folders

  @P-1 @O-2
  Scenario: Set-up builds the tree
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the folder "EVCE Zones" holds the folders
      | Z1 |
      | Z2 |
      | Z3 |
    And the set-up processor says nothing

  @D-1
  Scenario Outline: <point> stays through three polls and follows with the next set-up
    Given the connector runs
    When the <what> of <kind> "<object>" becomes <value>
    And the connector polls 3 times
    Then "<folder>" shows
      | Name    | Value    |
      | <point> | <before> |
    When the set-up processor runs
    Then "<folder after>" shows
      | Name    | Value   |
      | <point> | <after> |

    Examples:
      | point                      | what                  | kind      | object    | value          | folder                            | before              | folder after                      | after          |
      | ZoneName                   | name                  | zone      | Z1        | Parking Süd    | EVCE Zones/Z1                     | Z1                  | EVCE Zones/Parking Süd            | Parking Süd    |
      | StationType                | type                  | station   | EVSimu1   | ocpp2.0.1      | EVCE Zones/Z1/EVSimu1             | ocpp1.6             | EVCE Zones/Z1/EVSimu1             | ocpp2.0.1      |
      | StationOCPPIdentifier      | OCPP identifier       | station   | EVSimu1   | CP-7           | EVCE Zones/Z1/EVSimu1             | EVSimu1             | EVCE Zones/Z1/CP-7                | CP-7           |
      | StationSerialNumber        | serial number         | station   | EVSimu1   | SN-0007        | EVCE Zones/Z1/EVSimu1             | EVSimu1             | EVCE Zones/Z1/EVSimu1             | SN-0007        |
      | StationModel               | model                 | station   | EVSimu1   | Column 22      | EVCE Zones/Z1/EVSimu1             | Open OCPP Simulated | EVCE Zones/Z1/EVSimu1             | Column 22      |
      | StationVersion             | version               | station   | EVSimu1   | 1.2.0          | EVCE Zones/Z1/EVSimu1             | 1.1.0               | EVCE Zones/Z1/EVSimu1             | 1.2.0          |
      | StationIPAddress           | IP address            | station   | EVSimu1   | 10.0.0.7       | EVCE Zones/Z1/EVSimu1             | 192.168.0.194       | EVCE Zones/Z1/EVSimu1             | 10.0.0.7       |
      | StationCpoUrl              | CPO URL               | station   | EVSimu1   | wss://cpo/7    | EVCE Zones/Z1/EVSimu1             |                     | EVCE Zones/Z1/EVSimu1             | wss://cpo/7    |
      | IsAcceptedByCpo            | acceptance by the CPO | station   | EVSimu1   | yes            | EVCE Zones/Z1/EVSimu1             | False               | EVCE Zones/Z1/EVSimu1             | True           |
      | StationFriendlyName        | friendly name         | station   | EVSimu1   | Borne à droite | EVCE Zones/Z1/EVSimu1             | EVSimu1             | EVCE Zones/Z1/EVSimu1             | Borne à droite |
      | ConnectorIsFixedSetPoint   | fixed set point       | connector | EVSimu1/1 | yes            | EVCE Zones/Z1/EVSimu1/Connector-1 | False               | EVCE Zones/Z1/EVSimu1/Connector-1 | True           |
      | ConnectorIsDC              | direct current        | connector | EVSimu1/1 | yes            | EVCE Zones/Z1/EVSimu1/Connector-1 | False               | EVCE Zones/Z1/EVSimu1/Connector-1 | True           |
      | ConnectorMaxCurrentorPower | maximum current       | connector | EVSimu1/1 | 16             | EVCE Zones/Z1/EVSimu1/Connector-1 | 32 A                | EVCE Zones/Z1/EVSimu1/Connector-1 | 16 A           |
      | ConnectorPhaseConnection   | phase connection      | connector | EVSimu1/1 | tri            | EVCE Zones/Z1/EVSimu1/Connector-1 | mono1               | EVCE Zones/Z1/EVSimu1/Connector-1 | tri            |

  @D-1
  Scenario: ZoneNumberOfStations stays through three polls and follows with the next set-up
    Given the connector runs
    And a further station with OCPP identifier EVSimu2
    When the connector polls 3 times
    Then "EVCE Zones/Z1" shows
      | Name                 | Value |
      | ZoneNumberOfStations | 1     |
    When the set-up processor runs
    Then "EVCE Zones/Z1" shows
      | Name                 | Value |
      | ZoneNumberOfStations | 2     |

  @D-2
  Scenario Outline: <point> follows with the next poll
    Given the connector runs
    When the <what> of <kind> "<object>" becomes <value>
    And the connector polls once more
    Then "<folder>" shows
      | Name    | Value   |
      | <point> | <after> |

    Examples:
      | point                                 | what                             | kind      | object    | value           | folder                            | after         |
      | ZoneType                              | type                             | zone      | Z1        | DYNAMIC         | EVCE Zones/Z1                     | DYNAMIC       |
      | ZoneMaxCurrent(A)                     | maximum current                  | zone      | Z1        | 80              | EVCE Zones/Z1                     | 80 A          |
      | ZoneNumberOfTransactions              | transaction count                | zone      | Z1        | 2               | EVCE Zones/Z1                     | 2             |
      | ZoneSetPointCurrent(A)                | set point current                | zone      | Z1        | 72              | EVCE Zones/Z1                     | 72 A          |
      | ZoneSetPointPower(kW)                 | set point power                  | zone      | Z1        | 49              | EVCE Zones/Z1                     | 49 kW         |
      | SiteSetPointPower(kW)                 | set point power                  | zone      | Z1        | 49              | EVCE Zones                        | 178 kW        |
      | StationAuthenticationMode             | authentication mode              | station   | EVSimu1   | local_list      | EVCE Zones/Z1/EVSimu1             | local_list    |
      | StationDisconnectedAuthenticationMode | disconnected authentication mode | station   | EVSimu1   | deny_all        | EVCE Zones/Z1/EVSimu1             | deny_all      |
      | StationIsConnected                    | connection                       | station   | EVSimu1   | lost            | EVCE Zones/Z1/EVSimu1             | False         |
      | StationStatus                         | status                           | station   | EVSimu1   | charging        | EVCE Zones/Z1/EVSimu1             | charging      |
      | ConnectorOverallActivePower2          | active power                     | connector | EVSimu1/1 | 1.0 / 2.0 / 3.0 | EVCE Zones/Z1/EVSimu1/Connector-1 | 2.00 kW       |
      | ConnectorOverallRmsCurrentPhase3      | rms current                      | connector | EVSimu1/1 | 1.0 / 2.0 / 3.0 | EVCE Zones/Z1/EVSimu1/Connector-1 | 3.00 A        |
      | ConnectorSetPointCurrent              | set point current                | connector | EVSimu1/1 | 10              | EVCE Zones/Z1/EVSimu1/Connector-1 | 10 A          |
      | ConnectorSetPointPower                | set point power                  | connector | EVSimu1/1 | 2               | EVCE Zones/Z1/EVSimu1/Connector-1 | 2 kW          |
      | ConnectorActiveEnergy                 | active energy                    | connector | EVSimu1/1 | 1234.56         | EVCE Zones/Z1/EVSimu1/Connector-1 | 1234.56 kWh   |
      | ConnectorAvailability                 | availability                     | connector | EVSimu1/1 | no              | EVCE Zones/Z1/EVSimu1/Connector-1 | False         |
      | ConnectorState_Reserved               | status                           | connector | EVSimu1/1 | reserved        | EVCE Zones/Z1/EVSimu1/Connector-1 | True          |

  @P-1 @P-5
  Scenario: A set-up that finds no charge controller says so and leaves the tree as it is
    Given the connector runs
    When the charge controller vanishes
    And the set-up processor runs
    Then the set-up processor says "does not answer"
    And the folder "EVCE Zones" holds the folders
      | Z1 |
      | Z2 |
      | Z3 |
