Feature: The tree that Building Operation hosts
  EVCE Zones > zone > station > Connector-N, each folder with its data points; logs on zones and stations.

  @D-4
  Scenario: The zones stand in EVCE Zones
    Given the site "guide" in Building Operation
    Then the folder "EVCE Zones" holds the folders
      | Z1 |
      | Z2 |
      | Z3 |

  @D-4
  Scenario: A zone holds its stations and its logs
    Given the site "guide" in Building Operation
    Then the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1                |
      | OverallConsumptionLogs |

  @D-4
  Scenario: A zone without stations holds its logs
    Given the site "guide" in Building Operation
    Then the folder "EVCE Zones/Z2" holds the folders
      | OverallConsumptionLogs |

  @D-4
  Scenario: A station holds its connectors and its logs
    Given the site "campus" in Building Operation
    Then the folder "EVCE Zones/Parking Nord/PN-01" holds the folders
      | Connector-1            |
      | Connector-2            |
      | OverallConsumptionLogs |

  @D-4
  Scenario: A connector holds data points alone
    Given the site "guide" in Building Operation
    Then the folder "EVCE Zones/Z1/EVSimu1/Connector-1" holds no folders

  @D-4
  Scenario: Beside the guide's tree stands our own folder
    Given the site "guide" in Building Operation
    Then the top of the tree holds the folders
      | EVCE Interface |
      | EVCE Zones     |

  @D-4
  Scenario: Names keep their accents, spaces and ampersands
    Given the site "campus" in Building Operation
    Then the folder "EVCE Zones" holds the folders
      | Bâtiment 2 & 3   |
      | DC Plaza         |
      | Dépôt livraisons |
      | Parking Nord     |
      | R&D              |
      | Visiteurs été    |

  @D-4
  Scenario: Two zones with one name can be told apart
    Given a charge controller with the site "guide"
    And the name of zone "Z3" is Z2
    When the connector starts
    Then the folder "EVCE Zones" holds the folders
      | Z1     |
      | Z2 (2) |
      | Z2 (3) |

  @D-4
  Scenario: Two stations of a zone with one OCPP identifier can be told apart
    Given a charge controller with the site "guide"
    And a further station with OCPP identifier EVSimu1
    When the connector starts
    Then the folder "EVCE Zones/Z1" holds the folders
      | EVSimu1 (1)            |
      | EVSimu1 (2)            |
      | OverallConsumptionLogs |

  @D-6
  Scenario Outline: The logs of a <kind> are the history items of the guide's screen
    Given the site "guide" in Building Operation
    Then the folder "<folder>/OverallConsumptionLogs" holds the history items
      | <kind>ActiveEnergy-Readings              |
      | <kind>OverallActivePowerPhase1-Readings  |
      | <kind>OverallActivePowerPhase2-Readings  |
      | <kind>OverallActivePowerPhase3-Readings  |
      | <kind>OverallActivePowerTotal-Readings   |
      | <kind>OverallRmsCurrentAverage-Readings  |
      | <kind>OverallRmsCurrentPhase1-Readings   |
      | <kind>OverallRmsCurrentPhase2-Readings   |
      | <kind>OverallRmsCurrentPhase3-Readings   |

    Examples:
      | kind    | folder                |
      | Zone    | EVCE Zones/Z1         |
      | Station | EVCE Zones/Z1/EVSimu1 |

  @D-7 @O-11
  Scenario: A station has the alarm of the guide's screen
    Given the site "guide" in Building Operation
    Then the folder "EVCE Zones/Z1/EVSimu1" holds the alarm "Station-EVSimu1_Alarm"
    And its description begins with "Alarm for Station Status [una"

  @site @D-7 @O-11
  Scenario: Every station has one alarm, named by its OCPP identifier
    Given the site "campus" in Building Operation
    Then every station has one alarm, named Station-, its OCPP identifier and _Alarm

  @D-7
  Scenario: The description of an alarm stays as it is whatever the station's status
    Given a charge controller with the site "guide"
    And the connector runs
    When the status of station "EVSimu1" becomes faulted
    And the connector polls once more
    Then the description of alarm "EVCE Zones/Z1/EVSimu1/Station-EVSimu1_Alarm" is as before

  @D-8
  Scenario Outline: The description of every value item of the <site> site equals its name
    Given the site "<site>" in Building Operation
    Then the description of every value item equals its name

    Examples: on the screens of the guide
      | site  |
      | guide |

    @site
    Examples: on any site
      | site   |
      | campus |

  @D-4
  Scenario Outline: A <level> holds exactly the data points of the guide
    Given the site "campus" in Building Operation
    Then the folder "<folder>" holds the <number> data points of a <level> and no other

    Examples:
      | level     | folder                                             | number |
      | site      | EVCE Zones                                         | 5      |
      | zone      | EVCE Zones/R&D                                     | 24     |
      | station   | EVCE Zones/Visiteurs été/VIS-04                    | 25     |
      | connector | EVCE Zones/Bâtiment 2 & 3/BAT-04/Connector-2       | 26     |
