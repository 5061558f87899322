Feature: A site that changes
  Ids come from the controller's ids: a rename or a move breaks no binding. What is gone stays, Offline, for a grace
  time; what is new enters with the next set-up. Nothing is ever removed by a poll.

  Background:
    Given a charge controller with the site "campus"
    And the connector runs

  @P-1 @D-4
  Scenario: A zone that is renamed keeps its ids
    When the name of zone "Parking Nord" becomes North
    And the set-up processor runs
    Then the folder "EVCE Zones/North" has the id "Zones/1"
    And the ledger of the site tells: Zones/1 renamed from "Parking Nord" to "North"

  @P-1 @D-4
  Scenario: A station that moves to another zone keeps its ids and leaves its old folder
    When station "PN-01" moves to zone "Bâtiment 2 & 3"
    And the connector polls once more
    And Building Operation browses the tree again
    Then the folder "EVCE Zones/Bâtiment 2 & 3/PN-01" has the id "Stations/1"
    And nothing stands at "EVCE Zones/Parking Nord/PN-01"

  @P-2 @D-5
  Scenario: A station that is gone is Offline at once and stays in the tree
    When station "PN-01" disappears from the controller
    And the connector polls once more
    Then "EVCE Zones/Parking Nord/PN-01" shows that "StationStatus" is Offline
    When the set-up processor runs
    Then "EVCE Zones/Parking Nord/PN-01" shows that "StationStatus" is Offline
    And the ledger of the site tells: Stations/1 gone

  @P-1
  Scenario: What is gone for seven days leaves the tree with the next set-up
    When station "PN-01" disappears from the controller
    And the set-up processor runs
    And 8 days pass without the connector
    And the set-up processor runs
    Then nothing stands at "EVCE Zones/Parking Nord/PN-01"

  @P-1
  Scenario: Pruning removes at once what is gone
    When station "PN-01" disappears from the controller
    And the set-up processor runs and prunes
    Then nothing stands at "EVCE Zones/Parking Nord/PN-01"
    And the ledger of the site tells: Stations/1 removed

  @P-1 @P-2
  Scenario: What is new is counted, and enters the tree with the next set-up
    When a station with OCPP identifier NEW-1 is added
    And the connector polls once more
    Then "EVCE Interface" shows
      | Name       | Value |
      | NewObjects | 1     |
    When the set-up processor runs
    Then the folder "EVCE Zones/Parking Nord/NEW-1" has the id "Stations/41"
    And "EVCE Interface" shows
      | Name       | Value |
      | NewObjects | 0     |

  @P-1
  Scenario: Another device under a known id is a replacement
    When the serial number of station "PN-01" becomes SN-NEW
    And the set-up processor runs
    Then the ledger of the site tells: Stations/1 replaced
