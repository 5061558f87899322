Feature: More than a page holds
  The charge controller gives its lists in pages of 1000 objects, and EWS its notifications in pages of 1000 events.

  @O-2
  Scenario: What stands on the second page of a list is read
    Given a charge controller with the site "guide"
    And 1001 further zones
    And the connector runs
    When Building Operation reads "Zones/1004/ZoneMaxCurrent(A)" and "Zones/1005/ZoneMaxCurrent(A)"
    Then it gets the value "63" and the refusal INVALID_ID of "Zones/1005/ZoneMaxCurrent(A)"

  @O-2
  Scenario: What stands on the third page of a list is read
    Given a charge controller with the site "guide"
    And 2001 further zones
    And the connector runs
    When Building Operation reads "Zones/2004/ZoneMaxCurrent(A)" and "Zones/2005/ZoneMaxCurrent(A)"
    Then it gets the value "63" and the refusal INVALID_ID of "Zones/2005/ZoneMaxCurrent(A)"

  @O-2 @D-5 @contract
  Scenario: A page that comes again is not taken for the next one
    Given a charge controller with the site "guide"
    And 1001 further zones
    And the connector runs
    When the charge controller begins every page with the first object
    And the connector polls once more
    And Building Operation reads "Interface/FailedPolls" and "Zones/1005/ZoneId"
    Then it gets the value "1" and the refusal INVALID_ID of "Zones/1005/ZoneId"

  @R-2
  Scenario: A notification of more than a thousand values brings each once
    Given the site "campus" in Building Operation
    When Building Operation subscribes to every value of the tree
    Then the first notification brings each of them once, in pages of at most 1000
