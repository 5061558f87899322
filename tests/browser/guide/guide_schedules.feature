Feature: Adding a custom schedule time interval
  The guide's chapter 4.2: Setup > Configuration Schedules, and the tab Schedule of a processor configuration.

  @C-11 @C-12
  Scenario: The guide's "Every 30 minutes" is added and selected
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the page "Setup > Configuration Schedules"
    Then there are the buttons
      | Refresh |
      | Add New |
    And they read in the table
      | Start Time       | Description      |
      | 2024-07-10 16:30 | Every 15 Minutes |
    And they read "1 item present"
    When they click "Add New"
    And they type
      | Description        | Every 30 minutes    |
      | Start Date         | 2024-09-23T15:00:00 |
      | Type               | time interval       |
      | Interval Gap       | 30                  |
      | Interval Gap Units | minutes             |
    And they save
    Then they read in the table
      | Start Time       | Description      |
      | 2024-07-10 16:30 | Every 15 Minutes |
      | 2024-09-23 15:00 | Every 30 minutes |
    When they open the configuration "EVCE Setup Processor"
    And they open the tab "Schedule"
    Then they read beside each name
      | Schedule | None Selected |
    When they click "Edit All"
    Then the list "Schedule" offers
      | None Selected    |
      | Every 15 Minutes |
      | Every 30 minutes |

  @C-11
  Scenario: A schedule counts only with Runs on Schedule, and is kept in the database
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    And they click "Edit All"
    And they type
      | Schedule | Every 15 Minutes |
    And they save
    Then they read beside each name
      | Status   | Succeeded     |
      | Next run | not by itself |
    When they click "Edit All"
    And they type
      | Runs On Schedule | True |
    And they save
    Then the next run is at a quarter of an hour
    When the connector is stopped and started again
    And the technician logs in again
    And they open the configuration "EVCE Setup Processor"
    Then the next run is at a quarter of an hour

  @C-11 @C-12
  Scenario: A processor runs by the schedule that was added
    Given a charge controller
    And a connector that runs the guide's three processors
    And a technician who is logged in as admin
    When they open the page "Setup > Configuration Schedules"
    And they click "Add New"
    And they type
      | Description        | Every second  |
      | Type               | time interval |
      | Interval Gap       | 1             |
      | Interval Gap Units | seconds       |
    And they save
    And they open the configuration "EVCE Setup Processor"
    And they click "Edit All"
    And they type
      | Schedule         | Every second |
      | Runs On Schedule | True         |
    And they save
    And they open the tab "History"
    Then after a while 3 runs or more have "Succeeded"

  @C-12
  Scenario: The next five runs of each type of schedule are shown before it is saved
    Given a connector that has just been installed
    And a technician who is logged in as admin
    When they open the page "Setup > Configuration Schedules"
    And they click "Add New"
    And they type
      | Description | For a try           |
      | Start Date  | 2044-09-23T15:00:00 |
      | Time Zone   | Europe/Paris        |
    Then the next five runs begin with
      | Type          | field        | value            | field              | value   | first run                  | second run                 |
      | time interval | Interval Gap | 90               | Interval Gap Units | seconds | Friday 2044-09-23 15:00:00 | Friday 2044-09-23 15:01:30 |
      | time interval | Interval Gap | 30               | Interval Gap Units | minutes | Friday 2044-09-23 15:00:00 | Friday 2044-09-23 15:30:00 |
      | time interval | Interval Gap | 2                | Interval Gap Units | hours   | Friday 2044-09-23 15:00:00 | Friday 2044-09-23 17:00:00 |
      | time interval | Interval Gap | 3                | Interval Gap Units | days    | Friday 2044-09-23 15:00:00 | Monday 2044-09-26 15:00:00 |
      | weekly        | Monday       | yes              | Time Of Day        | 07:30   | Monday 2044-09-26 07:30:00 | Monday 2044-10-03 07:30:00 |
      | monthly       | Day Of Month | 31               | Time Of Day        | 07:30   | Friday 2044-09-30 07:30:00 | Monday 2044-10-31 07:30:00 |
      | cron          | Cron         | 30 6 * * mon,fri | Description        | By cron | Monday 2044-09-26 06:30:00 | Friday 2044-09-30 06:30:00 |
