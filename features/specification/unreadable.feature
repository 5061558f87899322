Feature: Fields that cannot be read
  A charger may report that it failed and nothing of what it measures. One odd field hides nothing of the rest: only data
  points that need it are Uncertain, with their last values, and it is named.

  Background:
    Given a charge controller with the site "guide"

  @O-2 @D-5
  Scenario: A connector that fails without measuring is faulted at once
    Given the connector runs
    When the status of connector "EVSimu1/1" becomes faulted
    And the error code of connector "EVSimu1/1" becomes PowerMeterFailure
    And the active power of connector "EVSimu1/1" becomes none
    And the rms current of connector "EVSimu1/1" becomes none
    And the connector polls once more
    Then the alarm of station "EVSimu1" is Active with priority 100 and category EVCE Fault
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value               |
      | ConnectorState_Faulted            | True                |
      | ConnectorState_Available          | False               |
      | ConnectorOverallActivePower1      | 0.13 kW [Uncertain] |
      | ConnectorOverallRmsCurrentAverage | 0.58 A [Uncertain]  |
      | ConnectorActiveEnergy             | 12.50 kWh           |
    And "EVCE Zones/Z1" shows
      | Name                        | Value               |
      | ZoneOverallActivePowerTotal | 0.13 kW [Uncertain] |
      | ZoneActiveEnergy            | 12.50 kWh           |
    And "EVCE Interface" shows
      | Name             | Value                                                                                |
      | UnreadableFields | connectors/1/activePower, connectors/1/rmsCurrent                                    |
      | EvceState        | good, but 2 fields cannot be read: connectors/1/activePower, connectors/1/rmsCurrent |
      | FailedPolls      | 0                                                                                    |

  @O-2 @D-5
  Scenario: A charger on one phase may have nothing to say of the others
    Given the connector runs
    When phase 2 of the rms current of connector "EVSimu1/1" cannot be read
    And the connector polls once more
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentPhase2 |
      | EVCE Zones/Z1/EVSimu1/StationOverallRmsCurrentPhase2               |
      | EVCE Zones/Z1/ZoneOverallRmsCurrentPhase2                          |

  @O-2 @D-5
  Scenario Outline: Without phase <phase> of its active power nobody knows the sum
    Given the connector runs
    When phase <phase> of the active power of connector "EVSimu1/1" cannot be read
    And the connector polls once more
    Then these data points are Uncertain, among others
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallActivePower<phase> |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallActivePowerTotal   |
      | EVCE Zones/Z1/EVSimu1/StationOverallActivePowerTotal                 |
      | EVCE Zones/Z1/ZoneOverallActivePowerTotal                            |
      | EVCE Zones/SiteOverallActivePowerTotal                               |
    And "EVCE Interface" shows
      | Name             | Value                              |
      | UnreadableFields | connectors/1/activePower/<phase>   |

    Examples:
      | phase |
      | 1     |
      | 2     |
      | 3     |

  @O-2 @D-5
  Scenario Outline: Without phase <phase> of its current nobody knows the average of three
    Given the phase connection of connector "EVSimu1/1" is tri
    And the connector runs
    When phase <phase> of the rms current of connector "EVSimu1/1" cannot be read
    And the connector polls once more
    Then these data points are Uncertain, among others
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentPhase<phase> |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentAverage      |
      | EVCE Zones/Z1/ZoneOverallRmsCurrentAverage                               |

    Examples:
      | phase |
      | 1     |
      | 2     |
      | 3     |

  @O-2 @D-5
  Scenario Outline: The <what> of <kind> "<object>" that becomes <odd> touches what needs it alone
    Given the connector runs
    When the <what> of <kind> "<object>" becomes <odd>
    And the connector polls once more
    Then only these data points are Uncertain
      | EVCE Zones/<point> |
    And "EVCE Interface" shows
      | Name             | Value   |
      | UnreadableFields | <named> |
    When the connector polls 8 times
    Then the alarm "EVCE-Interface_Alarm" is Normal

    Examples:
      | what              | kind      | object    | odd  | point                                         | named                        |
      | maximum current   | zone      | Z1        | none | Z1/ZoneMaxCurrent(A)                          | zones/1/maxCurrent           |
      | transaction count | zone      | Z1        | many | Z1/ZoneNumberOfTransactions                   | zones/1/numberOfTransactions |
      | status            | station   | EVSimu1   | none | Z1/EVSimu1/StationStatus                      | stations/1/status            |
      | connection        | station   | EVSimu1   | none | Z1/EVSimu1/StationIsConnected                 | stations/1/connected         |
      | set point power   | connector | EVSimu1/1 | 7 kW | Z1/EVSimu1/Connector-1/ConnectorSetPointPower | connectors/1/setPointPower   |
      | availability      | connector | EVSimu1/1 | no?  | Z1/EVSimu1/Connector-1/ConnectorAvailability  | connectors/1/available       |

  @O-2 @D-5
  Scenario Outline: The <what> of <kind> "<object>" that becomes <odd> matters to nobody
    Given the connector runs
    When the <what> of <kind> "<object>" becomes <odd>
    And the connector polls once more
    Then no data point is Uncertain
    And "EVCE Interface" shows
      | Name             | Value |
      | UnreadableFields |       |
      | EvceState        | good  |

    Examples:
      | what          | kind      | object    | odd      |
      | transaction   | connector | EVSimu1/1 | a1-b2-c3 |
      | error code    | connector | EVSimu1/1 | 0        |
      | serial number | station   | EVSimu1   | 20231107 |
      | model         | station   | EVSimu1   | none     |

  @O-2 @O-4
  Scenario: A reduction whose validity cannot be read does not empty its zone
    Given the validity of the reduction of zone "Z1" cannot be read
    And the connector runs
    Then only these data points are Uncertain
      | EVCE Zones/Z1/ZoneValidity |
    And "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneReduction               | 10.00   |
      | ZoneNumberOfStations        | 1       |
      | ZoneOverallActivePowerTotal | 0.13 kW |

  @O-2 @O-4
  Scenario: Power is given back though the validity beside it cannot be read, and nothing else is asked for
    Given the validity of the reduction of zone "Z1" cannot be read
    And the connector runs
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 20
    Then the write is refused: OPERATION_FAILED: the ZoneValidity that stays cannot be read: ...
    And the controller was sent 0 changes
    When Building Operation sets "ZoneReduction" of "EVCE Zones/Z1" to 0
    Then the write is refused: OPERATION_FAILED: the reduction that the controller has now cannot be read
    And the controller was sent 1 change

  @P-1 @D-5
  Scenario: A maximum that cannot be read at set-up is Uncertain where it is what the kind of connector needs
    Given the maximum current of connector "EVSimu1/1" is many
    And the maximum power of connector "EVSimu1/1" is 22
    When the connector starts
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorMaxCurrentorPower |

  @P-1 @D-5
  Scenario: A maximum that the kind of connector does not need may be anything
    Given the maximum power of connector "EVSimu1/1" is many
    When the connector starts
    Then no data point is Uncertain

  @P-1 @D-5
  Scenario: Without the phase connection nobody knows which average is meant
    Given the phase connection of connector "EVSimu1/1" is none
    When the connector starts
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorPhaseConnection          |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentAverage |
      | EVCE Zones/Z1/EVSimu1/StationOverallRmsCurrentAverage               |
      | EVCE Zones/Z1/ZoneOverallRmsCurrentAverage                          |

  @P-1 @D-5
  Scenario: A phase connection that a later set-up cannot read is the last one, and so is the average Uncertain
    Given the connector runs
    When the phase connection of connector "EVSimu1/1" becomes none
    And the set-up processor runs
    And the connector polls once more
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorPhaseConnection          |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentAverage |
      | EVCE Zones/Z1/EVSimu1/StationOverallRmsCurrentAverage               |
      | EVCE Zones/Z1/ZoneOverallRmsCurrentAverage                          |
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value             |
      | ConnectorPhaseConnection | mono1 [Uncertain] |

  @P-1 @D-5
  Scenario: Of a connector with three phases the average needs no word whether it is DC
    Given the phase connection of connector "EVSimu1/1" is tri
    And the direct current of connector "EVSimu1/1" is none
    When the connector starts
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorIsDC              |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorMaxCurrentorPower |

  @P-1 @D-5
  Scenario: Of a connector with one phase the average needs to know that it is not DC
    Given the direct current of connector "EVSimu1/1" is none
    When the connector starts
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorIsDC                     |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorMaxCurrentorPower        |
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorOverallRmsCurrentAverage |
      | EVCE Zones/Z1/EVSimu1/StationOverallRmsCurrentAverage               |
      | EVCE Zones/Z1/ZoneOverallRmsCurrentAverage                          |

  @P-1 @D-5
  Scenario: Of a DC connector the average needs no phase connection
    Given the direct current of connector "EVSimu1/1" is yes
    And the maximum power of connector "EVSimu1/1" is 50
    And the phase connection of connector "EVSimu1/1" is none
    When the connector starts
    Then only these data points are Uncertain
      | EVCE Zones/Z1/EVSimu1/Connector-1/ConnectorPhaseConnection |

  @P-1 @D-5
  Scenario: What could not be read at set-up has its place, and sums over it are Uncertain
    Given the active power of connector "EVSimu1/1" is none
    And the set point power of zone "Z1" is none
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value               |
      | ConnectorOverallActivePower1 | 0.00 kW [Uncertain] |
      | ConnectorSetPointCurrent     | 32 A                |
    And "EVCE Zones/Z1" shows
      | Name                        | Value               |
      | ZoneOverallActivePowerTotal | 0.00 kW [Uncertain] |
      | ZoneSetPointPower(kW)       | 0 kW [Uncertain]    |
      | ZoneSetPointCurrent(A)      | 100 A               |
    And "EVCE Zones" shows
      | Name                   | Value              |
      | SiteSetPointPower(kW)  | 129 kW [Uncertain] |
      | SiteNumberOfConnectors | 1                  |
    And "EVCE Interface" shows
      | Name       | Value                                                                              |
      | SetupState | good, but 2 fields cannot be read: connectors/1/activePower, zones/1/setPointPower |
    When the active power of connector "EVSimu1/1" becomes 0.5 / 0.0 / 0.0
    And the set point power of zone "Z1" becomes 69
    And the connector polls once more
    Then no data point is Uncertain
    And "EVCE Interface" shows
      | Name       | Value |
      | SetupState | good  |

  @P-1 @D-5
  Scenario: What had no place at set-up is missed until a poll can place it
    Given a further connector on station "EVSimu1"
      | logical connector | 2               |
      | active power      | 1.0 / 0.0 / 0.0 |
    And the logical connector of connector "EVSimu1/2" is none
    When the connector starts
    Then "EVCE Zones" shows
      | Name                        | Value               |
      | SiteNumberOfConnectors      | 1 [Uncertain]       |
      | SiteNumberOfStations        | 1                   |
      | SiteOverallActivePowerTotal | 0.13 kW [Uncertain] |
    And "EVCE Interface" shows
      | Name             | Value                         |
      | UnreadableFields | connectors/2/logicalConnector |
    When the charge controller reports everything as it is
    And a station with OCPP identifier EVSimu2 is added
    And the connector polls once more
    And Building Operation browses the tree again
    Then the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1                |
      | OverallConsumptionLogs |
    And "EVCE Zones" shows
      | Name                        | Value   |
      | SiteNumberOfConnectors      | 2       |
      | SiteOverallActivePowerTotal | 1.13 kW |
    And "EVCE Zones/Z1/EVSimu1/Connector-2" shows
      | Name             | Value |
      | LogicalConnector | 2     |
    And "EVCE Interface" shows
      | Name             | Value |
      | UnreadableFields |       |
      | NewObjects       | 1     |

  @D-1 @D-3
  Scenario: The average goes by the phase connection that set-up wrote
    Given the connector runs
    When the phase connection of connector "EVSimu1/1" becomes tri
    And the rms current of connector "EVSimu1/1" becomes 3.0 / 6.0 / 9.0
    And the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value  |
      | ConnectorPhaseConnection          | mono1  |
      | ConnectorOverallRmsCurrentAverage | 3.00 A |
    When the set-up processor runs
    And the connector polls once more
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value  |
      | ConnectorPhaseConnection          | tri    |
      | ConnectorOverallRmsCurrentAverage | 6.00 A |
