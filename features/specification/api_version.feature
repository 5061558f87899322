Feature: The version of the controller's API
  Version 6 is supported. Any other is named; the connector goes on, unless it is told to refuse.

  Background:
    Given a charge controller with the site "guide"

  @R-3 @contract
  Scenario: Version 6 is not worth a word
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the set-up processor says nothing
    And "EVCE Interface" shows
      | Name           | Value |
      | EvceApiVersion | 6     |

  @R-3 @contract
  Scenario Outline: <version> is version 6, and not worth a word
    Given the charge controller speaks API version <version>
    And the connector is told to refuse other versions
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the set-up processor says nothing
    And "EVCE Interface" shows
      | Name           | Value     |
      | EvceApiVersion | <version> |

    Examples:
      | version |
      | 6.0     |
      | V6      |
      | 6.1.3   |

  @R-3 @contract
  Scenario Outline: API version <version> is named, and the connector goes on
    Given the charge controller speaks API version <version>
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    And the status processor starts
    Then the set-up processor says "API version <version>; only 6 is supported"
    And "EVCE Interface" shows
      | Name           | Value     |
      | EvceApiVersion | <version> |
    And "EVCE Zones/Z1" shows
      | Name                        | Value   |
      | ZoneOverallActivePowerTotal | 0.13 kW |

    Examples:
      | version |
      | 5       |
      | 7       |
      | 60      |
      | 5.6     |

  @R-3 @contract
  Scenario: Another version is refused when the connector is told to
    Given the charge controller speaks API version 5
    And the connector is told to refuse other versions
    When the connector serves Building Operation and no processor runs
    And the set-up processor runs
    Then the set-up processor says "allows only 6"
    And the folder "EVCE Zones" holds no folders

  @R-3
  Scenario: A controller that changes its version while it is polled is named
    Given the connector runs
    When the charge controller changes to API version 7
    And the connector polls once more
    Then "EVCE Interface" shows
      | Name           | Value |
      | EvceApiVersion | 7     |
