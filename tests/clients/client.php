<?php
// PHP's own SoapClient on the served contract; prints a line of JSON for each step.
// Arguments: address, user, password, item to write, log, items to read ...
[, $address, $user, $password, $reduction, $log] = $argv;
$read = array_slice($argv, 6);

function tell(string $step, array $shown): void
{
    echo json_encode(['step' => $step] + $shown, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
}

function ids(array|string $ids): array
{
    return ['Id' => $ids];
}

function walk(SoapClient $client, string $id): array
{
    $answer = $client->GetContainerItems(['GetContainerItemsIds' => ids($id)]);
    $found = [$id];
    foreach ($answer->GetContainerItemsItems->ContainerItem[0]->Items->ContainerItems->ContainerItem ?? [] as $inner) {
        array_push($found, ...walk($client, $inner->Id));
    }
    return $found;
}

$client = new SoapClient("$address?wsdl", [
    'location' => $address,
    'login' => $user,
    'password' => $password,
    'authentication' => SOAP_AUTHENTICATION_DIGEST,
    'soap_version' => SOAP_1_2,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);

$about = $client->GetWebServiceInformation([]);
$version = $about->GetWebServiceInformationVersion;
tell('discover', [
    'version' => "$version->MajorVersion.$version->MinorVersion",
    'operations' => count($about->GetWebServiceInformationSupportedOperations->Operation),
    'containers' => walk($client, 'Server'),
]);

$values = $client->GetValues(['GetValuesIds' => ids($read)])->GetValuesItems->ValueItem;
$items = $client->GetItems(['GetItemsIds' => ids($read)])->GetItemsItems->ValueItems->ValueItem;
tell('read', [
    'values' => array_map(fn($one) => [$one->Id, $one->State, $one->Value], $values),
    'items' => array_map(fn($one) => [$one->Id, $one->Name, $one->Type, $one->Unit], $items),
]);

$done = $client->SetValues(['SetValuesItems' => ['ValueItem' => ['Id' => $reduction, 'Value' => '12.5']]]);
tell('write', ['succeeded' => $done->SetValuesResults->Result[0]->Success]);

$records = $client->GetHistory(['GetHistoryParameter' => ids($log)])->GetHistoryHistoryRecords;
tell('history', [
    'unit' => $records->Unit,
    'records' => array_map(fn($one) => [$one->TimeStamp, $one->State, $one->Value], $records->List->HistoryRecord),
]);

$alarms = $client->GetAlarmEvents([])->GetAlarmEventsAlarmEvents->AlarmEvent;
$done = $client->AcknowledgeAlarmEvents(['AcknowledgeAlarmEventsIds' => ids($alarms[0]->ID)]);
tell('alarms', [
    'alarms' => array_map(fn($one) => [$one->ID, $one->Priority, $one->Message], $alarms),
    'acknowledged' => $done->AcknowledgeAlarmEventsResults->Result[0]->Success,
]);
