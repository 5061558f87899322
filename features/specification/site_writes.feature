@site @lease
Feature: Writes to a site, under a lease
  What writes.feature specifies on simulated sites, on a real one: for a short time, within a budget of harm, with a
  watchdog, and taken back. They run when somebody has approved of them by name, and never before all that only reads.

  @O-4 @O-5
  Scenario: A reduction and its validity reach the controller, and are taken back
    When a zone is reduced by a little under a lease
    Then both ends had what was written until it was taken back

  @O-4 @O-5
  Scenario: A reduction alone keeps its validity, and a validity its reduction
    When reduction and validity of a leased zone are written together and each alone
    Then what can be was taken, and nothing was lost

  @O-4 @O-5
  Scenario: A validity that is over and what is no value is refused, and what stands beside it
    When a leased zone is written validities that are over, and what is no value
    Then each was refused, and nothing changed

  @O-4
  Scenario: A reduction that cannot be is refused, and what stands beside it
    When a leased zone is written reductions that cannot be
    Then each was refused, and nothing changed

  @O-4 @O-5
  Scenario: Of several zones in one write each gets its own
    When several leased zones are written in one request
    Then each zone got its own

  @O-6
  Scenario: An idle connector becomes inoperative, and operative again
    When an idle connector is made inoperative under a lease
    Then both ends had what was written until it was taken back

  @D-1
  Scenario: What the guide does not let be written refuses a write
    When what is not writeable is written with what it shows
    Then the write was refused
