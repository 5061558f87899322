Feature: The link is lost while a reduction is set or in force
  The reduction is 30 % of zone Z2 until 06:05. It is sent once, whatever happens, and both ends agree when it is over.

  Background:
    Given a charge controller with the site "guide"

  @O-4 @O-5
  Scenario Outline: Reading back makes sure of <case>
    Given the connector runs
    When the charge controller has the fault <fault> once, in a write
    And Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:05:00Z |
    Then the write succeeds
    And <case> is noticed within <notice> s: <seen>
    When 5 minutes pass
    Then <case> is over within <recover> s: <over>
    And zone "Z2" has no reduction at the controller
    And the controller was sent 1 change

    Examples:
      # rows: reductions whose reply was lost
      | case                             | fault      | seen                                           | over                                          | notice | recover |
      | a reduction whose reply was lost | lost-reply | "EVCE Zones/Z2" shows "ZoneReduction" as 30.00 | "EVCE Zones/Z2" shows "ZoneReduction" as 0.00 | 0      | 30      |
      # end of rows

  @O-4 @O-5
  Scenario Outline: Nobody takes for done <case>, nor sends it again
    Given the charge controller vanishes as soon as it has a reduction
    And the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:05:00Z |
    Then the write is refused: OPERATION_FAILED: The charge controller at...
    When 30 seconds pass
    And the charge controller returns
    Then <case> is noticed within <notice> s: <seen>
    When 5 minutes pass
    Then <case> is over within <recover> s: <over>
    And zone "Z2" has no reduction at the controller
    And the controller was sent 1 change

    Examples:
      # rows: reductions whose controller vanished
      | case                                  | seen                                           | over                                          | notice | recover |
      | a reduction whose controller vanished | "EVCE Zones/Z2" shows "ZoneReduction" as 30.00 | "EVCE Zones/Z2" shows "ZoneReduction" as 0.00 | 30     | 30      |
      # end of rows

  @O-3 @O-4 @O-5
  Scenario Outline: A reduction is neither wiped nor armed again by <case>
    Given the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:05:00Z |
    And the connector is stopped for <minutes> minutes and started again
    Then <case> is noticed within <notice> s: <seen>
    And the controller has in zone "Z2" a reduction of 30 % until 2026-03-02T06:05:00Z
    When <left> minutes pass
    Then <case> is over within <recover> s: <over>
    And zone "Z2" has no reduction at the controller
    And the controller was sent 1 change

    Examples:
      # rows: restarts within a validity
      | case                          | minutes | left | seen                                           | over                                          | notice | recover |
      | a restart within the validity | 2       | 3    | "EVCE Zones/Z2" shows "ZoneReduction" as 30.00 | "EVCE Zones/Z2" shows "ZoneReduction" as 0.00 | 0      | 30      |
      # end of rows

  @O-3 @O-4 @O-5
  Scenario Outline: Nothing is armed again after <case>
    Given the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:05:00Z |
    And the connector is stopped for <minutes> minutes and started again
    Then <case> is noticed within <notice> s: <seen>
    And <case> is over within <recover> s: <over>
    And zone "Z2" has no reduction at the controller
    And the controller was sent 1 change

    Examples:
      # rows: validities that end without the connector
      | case                                       | minutes | seen                                          | over                                                     | notice | recover |
      | a validity that ends without the connector | 10      | "EVCE Zones/Z2" shows "ZoneReduction" as 0.00 | "EVCE Interface/Z2" shows "RequestedReduction" as 0.00 % | 0      | 0       |
      # end of rows

  @O-4 @O-5 @D-5
  Scenario Outline: Both ends agree after <case>
    Given the connector runs
    When Building Operation sets at once
      | folder        | name          | value                |
      | EVCE Zones/Z2 | ZoneReduction | 30                   |
      | EVCE Zones/Z2 | ZoneValidity  | 2026-03-02T06:05:00Z |
    And the charge controller vanishes
    And <minutes> minutes pass
    Then <case> is noticed within <notice> s: <seen>
    When the charge controller returns
    Then <case> is over within <recover> s: <over>
    And zone "Z2" has no reduction at the controller
    And the controller was sent 1 change

    Examples:
      # rows: validities that end while the link is lost
      | case                                        | minutes | seen                                                               | over                                          | notice | recover |
      | a validity that ends while the link is lost | 5       | "EVCE Interface/Z2" shows "ConfirmedReduction" as 0.00 % [Offline] | "EVCE Zones/Z2" shows "ZoneReduction" as 0.00 | 15     | 30      |
      # end of rows
