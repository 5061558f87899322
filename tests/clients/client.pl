# LWP::UserAgent with its own digest, which computes MD5, and SOAP 1.1; prints a line of JSON for each step.
# Arguments: address, user, password, item to write, log, items to read ...
use strict;
use warnings;
use HTTP::Request;
use JSON::PP;
use LWP::UserAgent;

my ($address, $user, $password, $reduction, $log, @read) = @ARGV;
my $namespace = 'http://www.schneider-electric.com/common/dataexchange/2011/05';
my %plain     = (lt => '<', gt => '>', quot => '"', apos => "'", amp => '&');
my $json      = JSON::PP->new->utf8->canonical;
my $agent     = LWP::UserAgent->new(keep_alive => 1, timeout => 20);
my ($place)   = $address =~ m{^http://([^/]+)};

# LWP wants the realm beforehand: it is taken from a first challenge.
my ($realm) = $agent->post($address)->header('WWW-Authenticate') =~ /realm="([^"]*)"/;
$agent->credentials($place, $realm, $user, $password);

sub call {
    my ($operation, $content) = @_;
    my $body = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        . qq(<${operation}Request xmlns="$namespace" version="1.2">$content</${operation}Request></s:Body></s:Envelope>);
    my $headers = ['Content-Type' => 'text/xml; charset=utf-8'];
    my $answer  = $agent->request(HTTP::Request->new(POST => $address, $headers, $body));
    die "$operation: ", $answer->status_line, ' ', $answer->content, "\n" unless $answer->is_success;
    return $answer->decoded_content(charset => 'utf-8');
}

sub all { my ($tag, $text) = @_; return $text =~ m{<$tag>(.*?)</$tag>}gs }
sub one { my ($found) = all(@_); $found =~ s/&(\w+);/$plain{$1}/g; return $found }
sub ids { my ($tag, @ids) = @_; return "<$tag>" . join('', map { "<Id>$_</Id>" } @ids) . "</$tag>" }

sub rows {
    my ($tag, $text, @names) = @_;
    return [map { my $row = $_; [map { one($_, $row) } @names] } all($tag, $text)];
}

sub walk {
    my ($id) = @_;
    my $answer = call('GetContainerItems', ids('GetContainerItemsIds', $id));
    return ($id, map { walk($_) } map { all('Id', $_) } all('ContainerItems', $answer));
}

sub tell_step { my ($step, %shown) = @_; print $json->encode({step => $step, %shown}), "\n"; return }
sub success { return one('Success', $_[0]) eq 'true' ? JSON::PP::true : JSON::PP::false }

my $about      = call('GetWebServiceInformation', '');
my $version    = one('MajorVersion', $about) . '.' . one('MinorVersion', $about);
my @operations = all('Operation', $about);
tell_step('discover', version => $version, operations => scalar @operations, containers => [walk('Server')]);

my $values = call('GetValues', ids('GetValuesIds', @read));
my $items  = call('GetItems',  ids('GetItemsIds',  @read));
tell_step(
    'read',
    values => rows('ValueItem', $values, 'Id', 'State', 'Value'),
    items  => rows('ValueItem', $items, 'Id', 'Name', 'Type', 'Unit'),
);

my $wanted = "<ValueItem><Id>$reduction</Id><Value>12.5</Value></ValueItem>";
tell_step('write', succeeded => success(call('SetValues', "<SetValuesItems>$wanted</SetValuesItems>")));

my $history = call('GetHistory', ids('GetHistoryParameter', $log));
my $records = rows('HistoryRecord', $history, 'TimeStamp', 'State', 'Value');
tell_step('history', unit => one('Unit', $history), records => $records);

my $alarms = rows('AlarmEvent', call('GetAlarmEvents', ''), 'ID', 'Priority', 'Message');
my $told   = call('AcknowledgeAlarmEvents', ids('AcknowledgeAlarmEventsIds', $alarms->[0][0]));
tell_step('alarms', alarms => $alarms, acknowledged => success($told));
