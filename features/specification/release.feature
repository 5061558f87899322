Feature: Releasing all reductions
  Whoever must end a curtailment without Building Operation clears every reduction on the charge controller, at the
  command line; each zone is told in a sentence and stands in the ledger. All clocks begin at 2 March 2026, 06:00 UTC.

  Background:
    Given a charge controller with the site "guide"
    And the connector runs
    And zone "Z3" gets a reduction of 30 % until 2026-06-01T00:00:00Z at the charge controller

  @O-4
  Scenario: Every reduction is cleared, told and entered, and no other zone is touched
    When a technician releases all reductions
    Then it is told
      | Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released. |
      | Zone Z3 (3): reduction of 30 % until 2026-06-01T00:00:00Z is released. |
    And every zone is released
    And no zone has a reduction at the controller
    And the controller was sent 2 changes
    And the command ledger reads
      | user    | client       | item                  | old  | new | success | answer   | read back | stage     |
      | release | command line | Zones/1/ZoneReduction | 10.0 | 0.0 | yes     | Released | 0.0       | confirmed |
      | release | command line | Zones/3/ZoneReduction | 30.0 | 0.0 | yes     | Released | 0.0       | confirmed |

  @O-4
  Scenario: What the controller still reports is not released
    Given the charge controller clears no reduction
    When a technician releases all reductions
    Then it is told
      | Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is NOT released: the controller still reports it. |
      | Zone Z3 (3): reduction of 30 % until 2026-06-01T00:00:00Z is NOT released: the controller still reports it. |
    And no zone is released
    And the command ledger reads
      | item                  | success | answer                          | read back | stage |
      | Zones/1/ZoneReduction | no      | the controller still reports it | 10.0      | sent  |
      | Zones/3/ZoneReduction | no      | the controller still reports it | 30.0      | sent  |

  @O-4
  Scenario Outline: A release whose answer is lost is read back: <fault>
    When the charge controller has the fault <fault> once, in a release
    And a technician releases all reductions
    Then zone "Z1" is told to be <told>
    And zone "Z3" is told to be released

    Examples:
      | fault       | told                                              |
      | lost-reply  | released                                          |
      | empty-reply | NOT released: The charge controller at ...        |
      | html        | released                                          |
      | conflict    | NOT released: The charge controller refuses ...   |

  @O-4
  Scenario: A zone of which nobody can tell whether it has a reduction is named
    When the reduction of zone "Z2" becomes unknown
    And a technician releases all reductions
    Then it is told
      | Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released.                                                       |
      | Zone Z3 (3): reduction of 30 % until 2026-06-01T00:00:00Z is released.                                                       |
      | zones/2/reduction cannot be read (it is neither a reduction nor null): whether it has a reduction is not known. |
    And the controller was sent 2 changes

  @O-4
  Scenario: A zone without an id is named
    When the charge controller has the fault null-field in the id of zone "Z2"
    And a technician releases all reductions
    Then it is told
      | Zone Z1 (1): reduction of 10 % until 2149-12-16T08:27:56Z is released. |
      | Zone Z3 (3): reduction of 30 % until 2026-06-01T00:00:00Z is released. |
      | zones[1]/id cannot be read (it is missing or no id): whether it has a reduction is not known. |
