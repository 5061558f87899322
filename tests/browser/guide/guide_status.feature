Feature: The configuration pages and the page Status
  The guide's chapter 4.1: "the configuration pages for the server can be reached at the following address on the
  server the service has been installed on".

  @C-1
  Scenario: The configuration pages are opened for the first time
    Given a connector that has just been installed
    Then unless told otherwise its configuration pages are at "http://localhost:8082/"
    When a technician opens the configuration pages
    Then they are asked for user name and password
    When they log in as "admin" with the password "admin"
    Then they read "The user name or the password is wrong."
    When they log in with the password of the first start, and choose one of their own
    And they log in as "admin" with their own password
    Then they read "Logged in as admin"

  @C-1
  Scenario: Nobody sees a page without a login
    Given a connector that has just been installed
    When a technician opens the configuration pages
    Then each of these pages asks them to log in
      | /status                  |
      | /status/ews-requests     |
      | /configurations          |
      | /configurations/new      |
      | /ews-servers             |
      | /setup/schedules         |
      | /about                   |

  @C-2
  Scenario: Processor threads wait for work as long as there is no processor
    Given a connector that has just been installed
    And a technician who is logged in as admin
    When they open the page "Status"
    Then they read the table
      | # | Status           | Elapsed Time (hh:mm:ss) | Processor Configuration |
      | 1 | Waiting For Work |                         |                         |
      | 2 | Waiting For Work |                         |                         |
      | 3 | Waiting For Work |                         |                         |
      | 4 | Waiting For Work |                         |                         |
      | 5 | Waiting For Work |                         |                         |
    And they read "5 items present"

  @C-2
  Scenario: A processor thread tells what it runs, and for how long
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the page "Status"
    Then 1 thread is Running "EVCE Processor", with the elapsed time in hours, minutes and seconds
    And 1 thread is Running "EVCE Logs Processor", with the elapsed time in hours, minutes and seconds
    And 3 threads are Waiting For Work
    When they open the configuration "EVCE Logs Processor"
    And they click "Stop"
    And they open the page "Status"
    And they click "Refresh"
    Then 4 threads are Waiting For Work

  @C-3
  Scenario: The tabs of the page Status
    Given a charge controller
    And a connector that runs the guide's three processors
    And Building Operation has read what the connector says of itself
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    And they click "Validate"
    And they open the page "Status"
    Then there are the tabs
      | Processor Threads      |
      | Active Endpoints       |
      | Configuration Requests |
      | EWS Server Requests    |
    When they open the tab "Active Endpoints"
    Then they read in the table
      | Endpoint          | State  |
      | EWS server        | Serves |
      | Charge controller | good   |
    And they read the addresses of the EWS server and the charge controller
    When they open the tab "Configuration Requests"
    Then they read in the table
      | Asked by | Request  | Processor Configuration | Outcome  |
      | admin    | Validate | EVCE Setup Processor    | 1 prompt |
    When they open the tab "EWS Server Requests"
    Then they read in the table
      | Operation | User | Outcome |
      | GetValues | ebo  | OK      |
