Feature: What the connector calculates
  The guide's formulas on figures chosen to tell them from others; computed by hand.

  Background:
    Given a charge controller with the site "guide"

  @D-3
  Scenario: The average of a tri-phase connector is a third of its phases
    Given the phase connection of connector "EVSimu1/1" is tri
    And the rms current of connector "EVSimu1/1" is 10.0 / 20.0 / 31.5
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value   |
      | ConnectorOverallRmsCurrentAverage | 20.50 A |

  @D-3
  Scenario Outline: The average of a <kind> connector is its phase 1
    Given the phase connection of connector "EVSimu1/1" is <kind>
    And the rms current of connector "EVSimu1/1" is 10.0 / 20.0 / 31.5
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value   |
      | ConnectorOverallRmsCurrentAverage | 10.00 A |

    Examples:
      | kind  |
      | mono1 |
      | mono2 |
      | mono3 |

  @D-3
  Scenario: A connector of direct current counts as tri-phase
    Given the direct current of connector "EVSimu1/1" is yes
    And the phase connection of connector "EVSimu1/1" is mono1
    And the rms current of connector "EVSimu1/1" is 10.0 / 20.0 / 31.5
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value   |
      | ConnectorOverallRmsCurrentAverage | 20.50 A |

  @D-3 @D-5
  Scenario: Of a phase connection that the guide does not know phase 1 is shown, Uncertain
    Given the phase connection of connector "EVSimu1/1" is star
    And the rms current of connector "EVSimu1/1" is 10.0 / 20.0 / 31.5
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                              | Value               |
      | ConnectorPhaseConnection          | star                |
      | ConnectorOverallRmsCurrentAverage | 10.00 A [Uncertain] |

  @D-3
  Scenario: The total power of a connector is the sum of its phases
    Given the active power of connector "EVSimu1/1" is 1.25 / 2.5 / 3.75
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                             | Value   |
      | ConnectorOverallActivePower1     | 1.25 kW |
      | ConnectorOverallActivePower2     | 2.50 kW |
      | ConnectorOverallActivePower3     | 3.75 kW |
      | ConnectorOverallActivePowerTotal | 7.50 kW |

  @D-3
  Scenario: A station adds up its connectors, their averages included
    Given a further connector on station "EVSimu1"
      | phase connection  | tri                |
      | rms current       | 10.0 / 20.0 / 30.0 |
      | active power      | 2.3 / 4.6 / 6.9    |
      | active energy     | 100.25             |
      | set point current | 16                 |
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name                            | Value      |
      | StationOverallRmsCurrentPhase1  | 10.58 A    |
      | StationOverallRmsCurrentPhase2  | 20.00 A    |
      | StationOverallRmsCurrentPhase3  | 30.00 A    |
      | StationOverallActivePowerPhase1 | 2.43 kW    |
      | StationOverallActivePowerPhase2 | 4.60 kW    |
      | StationOverallActivePowerPhase3 | 6.90 kW    |
      | StationOverallActivePowerTotal  | 13.93 kW   |
      | StationOverallRmsCurrentAverage | 20.58 A    |
      | StationActiveEnergy             | 112.75 kWh |
      | StationOverallSetPointCurrent   | 48 A       |
      | StationNumberOfConnectors       | 2          |

  @D-3
  Scenario: A zone adds up its stations, the site its zones
    Given a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu2"
      | phase connection  | tri                |
      | rms current       | 10.0 / 20.0 / 30.0 |
      | active power      | 2.3 / 4.6 / 6.9    |
      | active energy     | 100.25             |
      | set point current | 16                 |
    When the connector starts
    Then "EVCE Zones/Z1" shows
      | Name                         | Value      |
      | ZoneNumberOfStations         | 2          |
      | ZoneNumberOfConnectors       | 2          |
      | ZoneOverallRmsCurrentPhase1  | 10.58 A    |
      | ZoneOverallRmsCurrentPhase2  | 20.00 A    |
      | ZoneOverallRmsCurrentPhase3  | 30.00 A    |
      | ZoneOverallActivePowerPhase1 | 2.43 kW    |
      | ZoneOverallActivePowerPhase2 | 4.60 kW    |
      | ZoneOverallActivePowerPhase3 | 6.90 kW    |
      | ZoneOverallActivePowerTotal  | 13.93 kW   |
      | ZoneOverallRmsCurrentAverage | 20.58 A    |
      | ZoneActiveEnergy             | 112.75 kWh |
      | ZoneOverallSetPointCurrent   | 48 A       |
    And "EVCE Zones" shows
      | Name                        | Value    |
      | SiteOverallActivePowerTotal | 13.93 kW |
      | SiteNumberOfStations        | 2        |
      | SiteNumberOfConnectors      | 2        |

  @D-3
  Scenario: A vehicle that feeds back counts with its sign
    Given the active power of connector "EVSimu1/1" is -1.25 / -2.5 / -3.75
    And the active energy of connector "EVSimu1/1" is -4.5
    And a further connector on station "EVSimu1"
      | active power  | 2.0 / 2.5 / 0.5 |
      | active energy | 10.0            |
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                             | Value     |
      | ConnectorOverallActivePower1     | -1.25 kW  |
      | ConnectorOverallActivePower2     | -2.50 kW  |
      | ConnectorOverallActivePower3     | -3.75 kW  |
      | ConnectorOverallActivePowerTotal | -7.50 kW  |
      | ConnectorActiveEnergy            | -4.50 kWh |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                            | Value    |
      | StationOverallActivePowerPhase1 | 0.75 kW  |
      | StationOverallActivePowerPhase2 | 0.00 kW  |
      | StationOverallActivePowerPhase3 | -3.25 kW |
      | StationOverallActivePowerTotal  | -2.50 kW |
      | StationActiveEnergy             | 5.50 kWh |
    And "EVCE Zones/Z1" shows
      | Name                         | Value    |
      | ZoneOverallActivePowerPhase3 | -3.25 kW |
      | ZoneOverallActivePowerTotal  | -2.50 kW |
    And "EVCE Zones" shows
      | Name                        | Value    |
      | SiteOverallActivePowerTotal | -2.50 kW |

  @D-3
  Scenario: The third connector, the third station and the third zone count as the first does
    Given a further connector on station "EVSimu1"
      | active power | 1.0 / 0.0 / 0.0 |
    And a further connector on station "EVSimu1"
      | number       | 3               |
      | active power | 2.0 / 0.0 / 0.0 |
    And a further station with OCPP identifier EVSimu2
    And a further connector on station "EVSimu2"
      | active power | 4.0 / 0.0 / 0.0 |
    And a further station with OCPP identifier EVSimu3
    And a further connector on station "EVSimu3"
      | active power | 8.0 / 0.0 / 0.0 |
    And a further station with OCPP identifier EVSimu4
      | zone | 3 |
    And a further connector on station "EVSimu4"
      | active power | 16.0 / 0.0 / 0.0 |
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value   |
      | StationOverallActivePowerTotal | 3.13 kW |
      | StationNumberOfConnectors      | 3       |
    And "EVCE Zones/Z1" shows
      | Name                        | Value    |
      | ZoneOverallActivePowerTotal | 15.13 kW |
      | ZoneNumberOfStations        | 3        |
    And "EVCE Zones" shows
      | Name                        | Value    |
      | SiteOverallActivePowerTotal | 31.13 kW |
      | SiteNumberOfStations        | 4        |

  @D-3
  Scenario Outline: The maximum of a connector is its current, or with direct current its power
    Given the direct current of connector "EVSimu1/1" is <dc>
    And the maximum power of connector "EVSimu1/1" is 50
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                       | Value     |
      | ConnectorMaxCurrentorPower | <maximum> |

    Examples:
      | dc  | maximum |
      | no  | 32 A    |
      | yes | 50 kW   |

  @D-2
  Scenario Outline: A fraction where the guide has an Integer rounds half up: <reported>
    Given the charge controller writes the set point current of connector "EVSimu1/1" as <reported>
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                     | Value   |
      | ConnectorSetPointCurrent | <shown> |

    Examples:
      | reported | shown |
      | 15.4     | 15 A  |
      | 15.5     | 16 A  |
      | 16.5     | 17 A  |
      | -16.5    | -16 A |
      | -16.7    | -17 A |

  @D-3 @D-5
  Scenario: A maximum that the controller does not give is 0, Uncertain
    Given the charge controller writes the maximum current of connector "EVSimu1/1" as none
    When the connector starts
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                       | Value           |
      | ConnectorMaxCurrentorPower | 0 A [Uncertain] |
