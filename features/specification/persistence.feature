Feature: What was read outlives a restart
  The tree and the last values are served at once after a start, before the charge controller has answered.

  Background:
    Given a charge controller with the site "guide"

  @O-3 @D-5
  Scenario Outline: After <minutes> minutes without connector and controller
    Given the connector runs
    When the charge controller vanishes
    And the connector is stopped for <minutes> minutes and started again
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value   |
      | ConnectorOverallActivePower1 | <power> |
      | ConnectorMaxCurrentorPower   | 32 A    |
      | ConnectorPhaseConnection     | mono1   |
    And "EVCE Zones/Z1" shows
      | Name                        | Value                          |
      | ZoneOverallActivePowerTotal | <power>                        |
      | ZoneReduction               | 10.00                          |
      | ZoneReductionDescription    | external-reduction@bmsApi-1-Z1 |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name          | Value     |
      | StationStatus | available |

    Examples:
      | minutes | power               |
      | 1       | 0.13 kW [Uncertain] |
      | 14      | 0.13 kW [Uncertain] |
      | 16      | 0.13 kW [Offline]   |

  @O-3 @D-5
  Scenario: Values go Offline when the controller stays away after a restart
    Given the connector runs
    When the charge controller vanishes
    And the connector is stopped for 10 minutes and started again
    And 6 minutes pass
    Then "EVCE Zones/Z1" shows
      | Name                        | Value             |
      | ZoneOverallActivePowerTotal | 0.13 kW [Offline] |

  @O-3
  Scenario: The last values are those of the last poll, not of set-up
    Given the connector runs
    When the maximum current of zone "Z1" becomes 80
    And the connector polls once more
    And the charge controller vanishes
    And the connector is stopped for 1 minutes and started again
    Then "EVCE Zones/Z1" shows
      | Name              | Value |
      | ZoneMaxCurrent(A) | 80 A  |

  @O-3 @D-1
  Scenario: What only set-up writes is as set-up found it
    Given the connector runs
    When the model of station "EVSimu1" becomes Column 22
    And the connector polls once more
    And the charge controller vanishes
    And the connector is stopped for 1 minutes and started again
    Then "EVCE Zones/Z1/EVSimu1" shows
      | Name         | Value               |
      | StationModel | Open OCPP Simulated |

  @O-3
  Scenario: With the controller there, values are Good after the start
    Given the connector runs
    When the connector is stopped for 60 minutes and started again
    Then "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value   |
      | ConnectorOverallActivePower1 | 0.13 kW |

  @O-3 @P-5
  Scenario: A set-up that succeeded before the restart is enough for the status processor
    Given the connector runs
    When the charge controller vanishes
    And the connector is stopped for 5 minutes and started again
    And the charge controller returns
    And the connector polls once more
    Then "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |

  @O-3 @P-1
  Scenario: Without a set-up ever there is nothing to show
    When the charge controller vanishes
    And the connector starts
    And the connector is stopped for 1 minutes and started again
    Then the folder "EVCE Zones" holds no folders
    And "EVCE Interface" shows
      | Name      | Value                                        |
      | EvceState | waiting for EvceSetupProcessor to succeed once |
