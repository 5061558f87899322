@site @manual
Feature: What software cannot do on a site
  A technician is told what to do, looks, and answers; the answers are kept in the report. In an unattended run every one
  of these is inconclusive. What is to be done stands in evce_acceptance/manual/manual.toml.

  @D-2 @P-2
  Scenario: A cable is unplugged
    When the technician does "unplug-cable"
    Then it went as it should

  @D-5 @P-2
  Scenario: The controller is rebooted
    When the technician does "reboot-controller"
    Then it went as it should

  @O-11 @O-12
  Scenario: The network of one station is pulled
    When the technician does "pull-network"
    Then it went as it should

  @D-1 @P-1
  Scenario: A name is changed in the controller
    When the technician does "rename"
    Then it went as it should
