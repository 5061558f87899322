Feature: Adding the custom assembly to the service
  The guide's chapter 4.2: the wizard, and the page of a processor configuration with its tabs.

  @C-4 @C-5
  Scenario: The three processors are added one after the other
    Given a connector that has just been installed
    And a technician who is logged in as admin
    When they open the page "Configurations"
    And they click "Add New"
    Then they read "Step 1 - Pick an assembly"
    And they read how many assemblies are candidates, and that "evce-connector" has 3 classes
    And they read what the package "evce-connector" says of description, company, copyright and version
    When they pick the assembly "evce-connector"
    Then it is marked as chosen
    When they choose the class "EvceSetupProcessor"
    And they type
      | Name        | EVCE Setup Processor                                     |
      | Description | Pulls data from EVCE API server and saves data into Ews |
    And they click "Finish"
    Then the page of the configuration "EVCE Setup Processor" is open
    When they add "EVCE Processor" of the class "EvceProcessor" in the same way
    And they add "EVCE Logs Processor" of the class "EvceLogsProcessor" in the same way
    And they open the page "Configurations"
    Then they read in the table
      | Name                 | Class              | Is Active | Description                                              |
      | EVCE Setup Processor | EvceSetupProcessor | Yes       | Pulls data from EVCE API server and saves data into Ews |
      | EVCE Processor       | EvceProcessor      | Yes       |                                                          |
      | EVCE Logs Processor  | EvceLogsProcessor  | Yes       |                                                          |

  @C-5
  Scenario: The tab Processor says which class and assembly it runs
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Logs Processor"
    And they open the tab "Processor"
    Then they read the class "EvceLogsProcessor" there
    And they read what the package "evce-connector" says of description, company, copyright and version

  @C-6
  Scenario: What stands on the page of a processor configuration
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    Then there are the buttons
      | Edit All      |
      | Start         |
      | Validate      |
      | Reset Counter |
      | Reset Timer   |
    And there are the tabs
      | Processor |
      | Details   |
      | Control   |
      | History   |
      | Schedule  |
    When they click "Edit All"
    Then there are the buttons
      | Save         |
      | Cancel       |
      | Expand All   |
      | Collapse All |
    And the form begins with the fields
      | Name *      |
      | Description |
      | Is Active   |
    And the group "Evce Api Config Options" begins with the fields
      | Evce Base Api Url * |
      | Evce Login *        |
      | Evce Password *     |
    And the group "Evce Ews Server" has the fields
      | Ews Address * |
      | Realm         |
      | Server Name * |
      | Username *    |
      | Password *    |
    When they click "Collapse All"
    Then the field "Realm" is hidden
    When they click "Expand All"
    Then the field "Realm" is shown

  @C-6
  Scenario: Save keeps what is typed, and Cancel what was
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Processor"
    And they click "Edit All"
    And they type
      | Description | Not this |
    And they click "Cancel"
    Then they read "Updates the statuses of zones, stations and connectors"
    When they click "Edit All"
    And they type
      | Name        | Status of the depot |
      | Description | Every 15 seconds    |
      | Is Active   | False               |
    And they save
    Then the page of the configuration "Status of the depot" is open
    And they read "Every 15 seconds"
    And they read beside each name
      | Is Active | False      |
      | Status    | Not Active |

  @C-6
  Scenario: Start runs a processor, and counter and timer are reset
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    Then they read beside each name
      | Status | Succeeded              |
      | Runs   | 1, 0 of them failed    |
    When they click "Start"
    Then they read beside each name
      | Runs   | 2, 0 of them failed    |
    When they open the tab "History"
    Then 2 runs have "Succeeded"
    When they click "Reset Counter"
    Then they read beside each name
      | Runs | 0, 0 of them failed |
    When they click "Reset Timer"
    Then they read beside each name
      | Time of all runs | 00:00:00 |

  @C-7 @C-8 @C-9
  Scenario: The details are filled in, and the connector reaches the controller and serves Building Operation
    Given a charge controller
    And a connector that has just been installed
    And a technician who is logged in as admin
    When they add "EVCE Setup Processor" of the class "EvceSetupProcessor"
    And they click "Edit All"
    Then they read at the field "Evce Base Api Url" that by default it is "https://<EVCE IP:PORT>/api/v2"
    And the field "Ews Address" holds "http://127.0.0.1:8093/EcoStruxure/DataExchange"
    And they read at the field "Ews Address" that its path is case sensitive
    When they type into the group "Evce Api Config Options"
      | Evce Base Api Url | the address of the charge controller |
      | Evce Login        | bms                                  |
      | Evce Password     | Wall-box 4711                        |
    And they type into the group "Evce Ews Server"
      | Ews Address | a free port of this machine |
      | Realm       | Key                         |
      | Server Name | EVCE Ews Server             |
      | Username    | ebo                         |
      | Password    | Building-7                  |
    And they save
    Then they read beside each name
      | Status | Succeeded |
    And Building Operation reads the zone "Z1" from the server "EVCE Ews Server"
    And Building Operation is not answered where the address is written in small letters

  @C-8
  Scenario: Logins and passwords are kept encrypted and shown as such
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Processor"
    And they open the tab "Details"
    Then they read beside each name
      | Evce Login *    | ~ Encrypted ~ |
      | Evce Password * | ~ Encrypted ~ |
      | Password *      | ~ Encrypted ~ |
      | Username *      | ebo           |
    When they click "Edit All"
    Then the form shows "~ Encrypted ~" in
      | Evce Api Config Options | Evce Login    |
      | Evce Api Config Options | Evce Password |
      | Evce Ews Server         | Password      |
    And no secret stands on the page or in the database

  @C-7
  Scenario Outline: The base URL <url> is <what>
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Processor"
    And they click "Edit All"
    And they type "<url>" as base URL, and confirm that by their own password
    And they click "Save"
    Then they read "<read>"

    Examples:
      | url                         | what                             | read                                       |
      | https://127.0.0.1/api/v2    | taken: port 443 may be left out  | Saved as version 2.                        |
      | http://127.0.0.1/api/v2     | taken: port 80 may be left out   | Saved as version 2.                        |
      | 127.0.0.1/api/v2            | refused                          | Nothing was saved: see what is said at each field. |

  @C-10
  Scenario: The tab Control has what the guide recommends for a new configuration
    Given a connector that has just been installed
    And a technician who is logged in as admin
    When they add "EVCE Setup Processor" of the class "EvceSetupProcessor"
    And they open the tab "Control"
    Then they read beside each name
      | Runs on start      | Yes |
      | Manually startable | Yes |
      | Manually stoppable | Yes |
      | Runs on schedule   | No  |

  @C-10
  Scenario: A processor that neither runs on start nor may be started by hand
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    And they click "Edit All"
    And they type
      | Runs On Start      | False |
      | Manually Startable | False |
    And they save
    Then they read beside each name
      | Status | Never Ran |
    When they click "Start"
    Then they read "EVCE Setup Processor may not be started by hand: its Control tab says so."
    And they read beside each name
      | Status | Never Ran |

  @C-10
  Scenario: A processor that may not be stopped by hand
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Logs Processor"
    And they click "Edit All"
    And they type
      | Manually Stoppable | False |
    And they save
    Then they read beside each name
      | Status | Running |
    When they click "Stop"
    Then they read "EVCE Logs Processor may not be stopped by hand: its Control tab says so."
    And they read beside each name
      | Status | Running |
