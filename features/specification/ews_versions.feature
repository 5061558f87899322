Feature: EWS 1.1 and 1.2, for every product that reads it
  An Enterprise Server asks in version 1.2 and in large batches, an AS-P in version 1.1 and by a hundred,
  Power Monitoring Expert in version 1.2 and by a hundred.

  @R-1 @R-2 @O-13
  Scenario Outline: <product> sees the whole site by EWS <version>
    Given the site "guide" in Building Operation
    When <product> reads the site
    Then it is answered in EWS <version>
    And it sees 128 data points, 36 history items and 1 alarm in EVCE Zones
    And it sees the values that an Enterprise Server sees

    Examples:
      | product                  | version |
      | an Enterprise Server     | 1.2     |
      | an AS-P                  | 1.1     |
      | Power Monitoring Expert  | 1.2     |

  @R-1
  Scenario: An answer in EWS 1.1 holds nothing that came with 1.2
    Given the site "guide" in Building Operation
    When an AS-P reads the site
    Then no data point names an enumeration
    And no operation is offered but those of EWS 1.1
      | GetWebServiceInformation |
      | GetContainerItems        |
      | GetItems                 |
      | GetValues                |
      | SetValues                |
      | GetHistory               |
      | GetAlarmEvents           |
      | GetUpdatedAlarmEvents    |
      | AcknowledgeAlarmEvents   |
      | GetAlarmEventTypes       |

  @R-2
  Scenario: An answer in EWS 1.2 names enumerations
    Given the site "guide" in Building Operation
    When an Enterprise Server reads the site
    Then every Boolean names an enumeration

  @R-1 @R-2
  Scenario Outline: Browsing the tree tells <product> of an item what reading it tells
    Given the site "guide" in Building Operation
    When <product> reads the site
    Then browsing tells of every value item what reading it tells

    Examples:
      | product              |
      | an Enterprise Server |
      | an AS-P              |

  @R-2
  Scenario: What names an enumeration names the right one
    Given the site "guide" in Building Operation
    When an Enterprise Server reads the site
    Then Booleans name "Enums/Boolean", StationStatus names "Enums/ConnectorStatus", and nothing else names one
