Feature: The status processor
  Long running: it polls zones, stations and connectors every 15-30 s, counted from start to start.

  Background:
    Given a charge controller with the site "guide"

  @P-2
  Scenario Outline: Polls begin <interval> s apart
    Given the status interval is <interval> s
    And the connector runs
    When the journal of the charge controller is cleared
    And the connector polls 5 times
    Then all polls began <interval> s apart

    Examples:
      | interval |
      | 15       |
      | 20       |
      | 30       |

  @P-2
  Scenario: Unless told otherwise, polls begin 15 s apart
    Given the connector runs
    When the journal of the charge controller is cleared
    And the connector polls 5 times
    Then all polls began 15 s apart

  @P-2
  Scenario Outline: A controller that takes <seconds> s for each answer is polled every <interval> s
    Given the connector runs
    When the charge controller begins to take <seconds> s for each answer
    And 3 minutes pass
    Then all polls since then began <interval> s apart

    Examples:
      | seconds | interval |
      | 1       | 15       |
      | 3       | 15       |
      | 5       | 20       |
      | 7       | 28       |

  @P-2
  Scenario Outline: A controller that is busy and asks for <seconds> s is asked <times> times in 8 minutes
    Given the connector runs
    When the journal of the charge controller is cleared
    And the charge controller is busy and asks to be left alone for <seconds> s
    And 8 minutes pass
    Then the charge controller was asked <times> times

    Examples:
      | seconds | times |
      | 10      | 32    |
      | 120     | 8     |

  @P-2
  Scenario Outline: An interval of <interval> s is refused
    Given the status interval is <interval> s
    Then the configuration is refused: status.interval_seconds

    Examples:
      | interval |
      | 14       |
      | 31       |
      | 0        |

  @O-2 @P-2
  Scenario: A poll asks for each list once, whatever the number of stations
    Given the connector runs
    And a further station with OCPP identifier EVSimu2
    And a further station with OCPP identifier EVSimu3
    When the journal of the charge controller is cleared
    And the connector polls once more
    Then the charge controller was asked for
      | system     |
      | zones      |
      | stations   |
      | connectors |

  @P-5
  Scenario: Before set-up the status processor says what it waits for, and asks nothing
    When the connector serves Building Operation and no processor runs
    And the status processor starts
    And 2 minutes pass
    Then "EVCE Interface" shows
      | Name      | Value                                        |
      | EvceState | waiting for EvceSetupProcessor to succeed once |
    And the charge controller was asked for nothing

  @P-5
  Scenario: The status processor begins by itself once set-up has succeeded
    When the connector serves Building Operation and no processor runs
    And the status processor starts
    And the set-up processor runs
    And 2 seconds pass
    Then "EVCE Interface" shows
      | Name      | Value |
      | EvceState | good  |
    And "EVCE Zones/Z1/EVSimu1/Connector-1" shows
      | Name                         | Value   |
      | ConnectorOverallActivePower1 | 0.13 kW |

  @P-5
  Scenario: A set-up that failed does not let the status processor begin
    When the charge controller vanishes
    And the connector serves Building Operation and no processor runs
    And the status processor starts
    And the set-up processor runs
    And 30 seconds pass
    Then "EVCE Interface" shows
      | Name      | Value                                        |
      | EvceState | waiting for EvceSetupProcessor to succeed once |

  @O-2 @P-2
  Scenario: What is new on the controller is counted, and enters with the next set-up
    Given the connector runs
    And a further station with OCPP identifier EVSimu2
    When the connector polls once more
    Then "EVCE Interface" shows
      | Name       | Value |
      | NewObjects | 1     |
    When the set-up processor runs
    Then "EVCE Interface" shows
      | Name       | Value |
      | NewObjects | 0     |
    And the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1                |
      | EVSimu2                |
      | OverallConsumptionLogs |

  @O-2 @D-3
  Scenario: A station that moves to another zone takes its values along
    Given the connector runs
    When the zone of station "EVSimu1" becomes 2
    And the connector polls once more
    And Building Operation browses the tree again
    Then "EVCE Zones/Z2" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |
      | ZoneNumberOfConnectors      | 1       |
    And "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.00 kW |
      | ZoneNumberOfConnectors      | 0       |
    And "EVCE Zones/Z2/EVSimu1/Connector-1" shows
      | Name                         | Value   |
      | ConnectorOverallActivePower1 | 0.13 kW |

  @O-2 @D-5
  Scenario: A list that is suddenly empty is not believed
    Given the connector runs
    When station "EVSimu1" disappears from the controller
    And the connector polls once more
    Then "EVCE Interface" shows
      | Name        | Value |
      | FailedPolls | 1     |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value   |
      | StationOverallActivePowerTotal | 0.13 kW |

  @O-2 @D-5
  Scenario: One of three stations that is taken away is gone with the next poll
    Given a further station with OCPP identifier EVSimu2
    And a further station with OCPP identifier EVSimu3
    And the connector runs
    When station "EVSimu2" disappears from the controller
    And the connector polls once more
    Then "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 0     |
    And "EVCE Zones/Z1/EVSimu2" shows
      | Name          | Value               |
      | StationStatus | available [Offline] |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value   |
      | StationStatus                  | available |
      | StationOverallActivePowerTotal | 0.13 kW |

  @O-2 @D-5
  Scenario: A list that stays empty is believed after four polls
    Given the connector runs
    When station "EVSimu1" disappears from the controller
    And the connector polls 3 times
    Then "EVCE Interface" shows
      | Name        | Value |
      | FailedPolls | 3     |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name          | Value     |
      | StationStatus | available |
    When the connector polls once more
    Then "EVCE Interface" shows
      | Name        | Value |
      | EvceState   | good  |
      | FailedPolls | 3     |
    And "EVCE Zones/Z1/EVSimu1" shows
      | Name                           | Value               |
      | StationStatus                  | available [Offline] |
      | StationOverallActivePowerTotal | 0.13 kW [Offline]   |

  @P-2 @contract
  Scenario: The connector tells how its polls go
    Given the connector runs
    When the last good poll is 10 s old
    Then "EVCE Interface" shows
      | Name           | Value  |
      | EvceApiVersion | 6      |
      | EvceState      | good   |
      | PollAge        | 10 s   |
      | ClockSkew      | 0.00 s |
      | NewObjects     | 0      |
