@site
Feature: What any site must show
  Checks that hold for every charge controller and every connector, whoever made it: simulated ones, and real ones
  under acceptance. Nothing is assumed of item ids; nothing is changed. Where nobody told of a controller, what compares
  with it stays undecided, and all else is judged by what the connector shows.

  Background:
    Given the site "campus-live" under inspection

  @D-4 @O-2
  Scenario: The tree is the controller's site, and nothing else
    Then every zone, station and connector of the controller stands in the tree, and no other

  @D-4
  Scenario: Every folder is what stands at its place
    Then the ids and names that folders show are their own

  @D-4
  Scenario Outline: Every <level> holds the data points of the guide and no other
    Then every <level> holds the guide's data points and no other

    Examples:
      | level     |
      | site      |
      | zone      |
      | station   |
      | connector |

  @D-1 @D-2 @D-8
  Scenario: Every data point has the guide's type and unit, and its name as description
    Then every data point has the guide's type, unit, right to write, and description

  @D-6
  Scenario: Every zone and every station has its nine series
    Then every series of the guide is there once, in the unit of its data point

  @D-7
  Scenario: Every station has its one alarm
    Then every station has one alarm, with the guide's name

  @O-1 @D-4
  Scenario: Everything in the tree can be told apart, and is served
    Then each item has an id of its own and each name stands once in its folder

  @D-1 @D-2 @D-3
  Scenario: Every value is what the guide's formula gives on the controller's figures
    Then every data point shows what the controller's figures give

  @D-1 @D-2
  Scenario: Every value shown is of its type, and every word one of the guide's
    Then every value shown is of its type, and every word one that there is

  @D-3
  Scenario: Sums, averages and numbers shown are those of what is shown
    Then every sum, average and number follows from what is shown

  @D-2
  Scenario: The figures of a connector fit each other
    Then every connector is in one state, with power that its current can carry

  @D-2
  Scenario: No meter runs backwards
    Then no energy falls from one poll to the next

  @D-5
  Scenario: The states shown fit each other
    Then every state is one of a value's, and fits what is shown of its station

  @D-5
  Scenario: Only what the controller is connected to is shown as Good
    Then the state of every data point follows from the controller's connections

  @O-3 @P-2
  Scenario: No value is older than a poll
    Then no value that moves is older than a poll

  @O-7 @O-8 @O-9 @O-10 @P-3
  Scenario: Histories have one sample for each interval, in order
    Then the histories have one sample at each boundary, in order

  @O-11 @O-12
  Scenario: The alarms that stand are those that the stations call for
    Then the alarms that stand are those that the stations call for

  @O-11 @O-12
  Scenario: Alarms are of the types, states and times that there are
    Then no alarm is of a type, a state or a time that there is not

  @R-1 @O-13
  Scenario: A client of EWS 1.1 is answered in EWS 1.1
    Then an answer in EWS 1.1 holds nothing that came with 1.2

  @R-2
  Scenario: A subscription brings everything at first, and ends
    Then a subscription brings each of its values at first, and ends when it is ended

  @C-9
  Scenario: Nobody gets in without a login
    Then a user that nobody made is refused
