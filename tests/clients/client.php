<?php
// PHP's SoapClient of the served WSDL, with its own digest, which knows MD5 alone.
[, $address, $user, $password, $reduction, $log] = $argv;
$client = new SoapClient("$address?wsdl", [
    "login" => $user, "password" => $password, "authentication" => SOAP_AUTHENTICATION_DIGEST,
    "location" => $address, "cache_wsdl" => WSDL_CACHE_NONE, "features" => SOAP_SINGLE_ELEMENT_ARRAYS,
]);

function ask(string $operation, array $content = []): object {
    global $client;
    return $client->__soapCall($operation, [["version" => "1.2"] + $content]);
}
function show(string $step, mixed $saw): void {
    echo json_encode(["step" => $step, "saw" => $saw], JSON_UNESCAPED_SLASHES), "\n";
}

$version = ask("GetWebServiceInformation")->GetWebServiceInformationVersion->MajorVersion;
$folders = [];
$open = [null];
while ($open) {
    $id = array_shift($open);
    $answer = ask("GetContainerItems", ["GetContainerItemsIds" => $id === null ? [] : ["Id" => [$id]]]);
    foreach ($answer->GetContainerItemsItems->ContainerItem as $folder) {
        $folders[] = $folder->Id;
        foreach ($folder->Items->ContainerItems->ContainerItem ?? [] as $below) {
            $open[] = $below->Id;
        }
    }
}
sort($folders, SORT_STRING);
show("discover", ["version" => (string) $version, "folders" => $folders]);
$wanted = ["Id" => ["Zones/1/ZoneMaxCurrent(A)"]];
$value = ask("GetValues", ["GetValuesIds" => $wanted])->GetValuesItems->ValueItem[0]->Value;
$unit = ask("GetItems", ["GetItemsIds" => $wanted])->GetItemsItems->ValueItems->ValueItem[0]->Unit;
show("read", ["value" => (float) $value, "unit" => $unit]);
$row = ["Id" => "Zones/1/ZoneReduction", "Value" => $reduction];
$done = ask("SetValues", ["SetValuesItems" => ["ValueItem" => [$row]]]);
show("write", $done->SetValuesResults->Result[0]->Success ? "true" : "false");
$history = ask("GetHistory", ["GetHistoryParameter" => ["Id" => $log]]);
$records = $history->GetHistoryHistoryRecords->List->HistoryRecord;
show("history", array_map(fn($record) => (float) $record->Value, $records));
$alarms = array_map(fn($event) => $event->ID, ask("GetAlarmEvents")->GetAlarmEventsAlarmEvents->AlarmEvent);
$done = ask("AcknowledgeAlarmEvents", ["AcknowledgeAlarmEventsIds" => ["Id" => $alarms]]);
$results = $done->AcknowledgeAlarmEventsResults->Result;
show("alarms", ["active" => $alarms, "acknowledged" => array_map(fn($one) => $one->Success ? "true" : "false", $results)]);
