Feature: Stations are added, removed, renamed, or share a name
  Ids come from the controller's ids: bindings and histories follow the station, whatever it is called.

  Background:
    Given a charge controller with the site "guide"
    And a further station with OCPP identifier EVSimu2
    And it is 2026-03-02T06:14:00Z
    And the connector runs

  @O-2 @P-1 @P-2 @D-5
  Scenario Outline: Polls notice <case>, and leave the tree as it is
    When <event>
    Then <case> is noticed within <notice> s: <seen>
    When Building Operation browses the tree again
    Then the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1                |
      | EVSimu2                |
      | OverallConsumptionLogs |
    When <back>
    Then <case> is over within <recover> s: <over>

    Examples:
      # rows: stations that polls notice
      | case                      | event                                            | back                                            | seen                                                                 | over                                                       | notice | recover |
      | a station that is removed | station "EVSimu2" disappears from the controller | a station with OCPP identifier EVSimu2 is added | "EVCE Zones/Z1/EVSimu2" shows "StationStatus" as available [Offline] | "EVCE Zones/Z1/EVSimu2" shows "StationStatus" as available | 15     | 15      |
      | a station that is added   | a station with OCPP identifier EVSimu3 is added  | the set-up processor runs                       | "EVCE Interface" shows "NewObjects" as 1                             | "EVCE Interface" shows "NewObjects" as 0                   | 15     | 0       |
      # end of rows

  @P-1 @D-4 @D-6
  Scenario Outline: Ids and histories survive <case>
    When 1 minutes pass
    And <event>
    And the set-up processor runs
    Then <case> is noticed within <notice> s: <seen>
    When 1 quarter-hours pass, and the connector sleeps in between
    And <back>
    And the set-up processor runs
    Then <case> is over within <recover> s: <over>
    And the folder "EVCE Zones/Z1/EVSimu1" has the id "Stations/1"
    And the log "StationActiveEnergy-Readings" of "EVCE Zones/Z1/EVSimu2" has the times 06:15 06:30

    Examples:
      # rows: names that set-up takes over
      | case                                  | event                                                        | back                                                         | seen                                                           | over                                                       | notice | recover |
      | a station that is renamed             | the OCPP identifier of station "EVSimu2" becomes Gate        | the OCPP identifier of station "Gate" becomes EVSimu2        | the folder "EVCE Zones/Z1/Gate" has the id "Stations/2"        | the folder "EVCE Zones/Z1/EVSimu2" has the id "Stations/2" | 0      | 0       |
      | a pair of stations with swapped names | stations "EVSimu1" and "EVSimu2" swap their OCPP identifiers | stations "EVSimu1" and "EVSimu2" swap their OCPP identifiers | the folder "EVCE Zones/Z1/EVSimu1" has the id "Stations/2"     | the folder "EVCE Zones/Z1/EVSimu2" has the id "Stations/2" | 0      | 0       |
      | a pair of stations with one name      | station 2 gets the OCPP identifier EVSimu1                   | station 2 gets the OCPP identifier EVSimu2                   | the folder "EVCE Zones/Z1/EVSimu1 (2)" has the id "Stations/2" | the folder "EVCE Zones/Z1/EVSimu2" has the id "Stations/2" | 0      | 0       |
      # end of rows
