# Perl's LWP with its own digest, which knows MD5 alone.
use strict;
use warnings;
use JSON::PP;
use LWP::UserAgent;
use LWP::Authen::Digest;
use URI;

my ($address, $user, $password, $reduction, $log) = @ARGV;
my $namespace = "http://www.schneider-electric.com/common/dataexchange/2011/05";
my $agent = LWP::UserAgent->new(keep_alive => 1, timeout => 10);
my $json = JSON::PP->new->canonical;

sub ask {
    my ($operation, $content) = @_;
    my $body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><${operation}Request "
        . "xmlns=\"$namespace\" version=\"1.2\">" . ($content // "") . "</${operation}Request></s:Body></s:Envelope>";
    my $answer = $agent->post($address, "Content-Type" => "text/xml; charset=utf-8", Content => $body);
    die "$operation: " . $answer->as_string unless $answer->is_success;
    return $answer->decoded_content;
}
sub all { my ($text, $tag) = @_; return [$text =~ m{<$tag>([^<]*)</$tag>}g]; }
sub ids { my ($operation, @names) = @_; return "<${operation}Ids>" . join("", map {"<Id>$_</Id>"} @names) . "</${operation}Ids>"; }
sub show { print $json->encode({step => $_[0], saw => $_[1]}), "\n"; }

my $realm = $agent->post($address)->header("WWW-Authenticate") =~ /realm="([^"]*)"/ ? $1 : "";
$agent->credentials(URI->new($address)->host_port, $realm, $user, $password);
my $version = all(ask("GetWebServiceInformation"), "MajorVersion")->[0];
my (@folders, @open);
@open = ("");
while (@open) {
    my $id = shift @open;
    my $text = ask("GetContainerItems", ids("GetContainerItems", $id ? ($id) : ()));
    push @folders, all($text, "Id")->[0] unless $id;
    my @below = $text =~ m{<ContainerItems>(.*?)</ContainerItems>}s ? @{all($1, "Id")} : ();
    push @folders, @below;
    push @open, @below;
}
show("discover", {version => $version, folders => [sort @folders]});
my $value = all(ask("GetValues", ids("GetValues", "Zones/1/ZoneMaxCurrent(A)")), "Value")->[0];
my $unit = all(ask("GetItems", ids("GetItems", "Zones/1/ZoneMaxCurrent(A)")), "Unit")->[0];
show("read", {value => $value + 0, unit => $unit});
my $row = "<ValueItem><Id>Zones/1/ZoneReduction</Id><Value>$reduction</Value></ValueItem>";
show("write", all(ask("SetValues", "<SetValuesItems>$row</SetValuesItems>"), "Success")->[0]);
my $history = ask("GetHistory", "<GetHistoryParameter><Id>$log</Id></GetHistoryParameter>");
show("history", [map { $_ + 0 } @{all($history, "Value")}]);
my $alarms = all(ask("GetAlarmEvents"), "ID");
my $done = ask("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEvents", @$alarms));
show("alarms", {active => $alarms, acknowledged => all($done, "Success")});
