Feature: Validate
  A button of the guide's page of a processor configuration: it tells what is wrong before the processor runs.

  @C-13
  Scenario: What a new configuration still lacks
    Given a connector that has just been installed
    And a technician who is logged in as admin
    When they add "EVCE Setup Processor" of the class "EvceSetupProcessor"
    And they click "Validate"
    Then they read "EVCE Setup Processor cannot do its work: "
    And they read "evce.base_url is not set: give it in Details."
    And they read "ews.password is not set: give it in Details."

  @C-13
  Scenario: Nothing is wrong
    Given a charge controller with a certificate of its own
    And a connector whose options are right
    And a technician who is logged in as admin
    When they open the configuration "EVCE Setup Processor"
    And they click "Validate"
    Then they read "Nothing is wrong with EVCE Setup Processor."

  @C-13
  Scenario: A password that crosses the network in clear is a warning
    Given a charge controller
    And a connector whose options are right
    And a technician who is logged in as admin
    When they open the configuration "EVCE Processor"
    And they click "Validate"
    Then they read "EVCE Processor can run, with a warning: evce.base_url is http: the EVCE password crosses the network in clear."

  @C-13
  Scenario Outline: <what> is found before <name> runs
    Given a charge controller with a certificate of its own
    And a connector whose options are right, but for <what>
    And a technician who is logged in as admin
    When they open the configuration "<name>"
    And they click "Validate"
    Then they read "<name> cannot do its work: "
    And they read "<finding>"

    Examples:
      | what                                   | name                 | finding                                                       |
      | a certificate file that is not there   | EVCE Setup Processor | the CA file '/nowhere/ca.pem' is not there.                  |
      | a controller that nobody can reach     | EVCE Processor       | The charge controller at http://127.0.0.1:9/api/v2/system does not answer |
      | a password that the controller refuses | EVCE Logs Processor  | refuses the login 'bms': check evce.login and evce.password.  |
