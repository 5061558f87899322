/* A client that gSOAP made of the served WSDL: each line it prints is one thing it did.
 * Arguments: address, user, password. Everything between two calls belongs to gSOAP's memory until soap_end. */
#include "soapH.h"
#include "DataExchangeSoap12.nsmap"
#include "httpda.h"

static struct soap *soap;
static const char *address;
static struct http_da_info login;

static void check(int error, const char *what)
{
    if (error) {
        printf("%s failed\n", what);
        soap_print_fault(soap, stdout);
        exit(1);
    }
}

static void log_in(const char *user, const char *password)
{
    struct _ns1__GetWebServiceInformationRequest request = { 0 };
    struct _ns1__GetWebServiceInformationResponse response = { 0 };
    soap_register_plugin(soap, http_da);
    if (soap_call___ns1__GetWebServiceInformation(soap, address, NULL, &request, &response) != 401) {
        printf("no login was asked for\n");
        exit(1);
    }
    http_da_save(soap, &login, soap_strdup(soap, soap->authrealm), user, password);
    check(soap_call___ns1__GetWebServiceInformation(soap, address, NULL, &request, &response), "log in");
    printf("version %s.%s, %d operations\n", response.GetWebServiceInformationVersion->MajorVersion,
           response.GetWebServiceInformationVersion->MinorVersion,
           response.GetWebServiceInformationSupportedOperations->__sizeOperation);
}

static void discover(char *id, int depth)
{
    struct _ns1__GetContainerItemsRequest_GetContainerItemsIds ids = { 1, &id };
    struct _ns1__GetContainerItemsRequest request = { &ids };
    struct _ns1__GetContainerItemsResponse response = { 0 };
    struct _ns1__ContainerItemType_Items *items;
    int i;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetContainerItems(soap, address, NULL, &request, &response), "discover");
    items = response.GetContainerItemsItems->ContainerItem->Items;
    printf("container %s: %d values, %d histories, %d alarms\n", id, items->ValueItems->__sizeValueItem,
           items->HistoryItems->__sizeHistoryItem, items->AlarmItems->__sizeAlarmItem);
    for (i = 0; i < items->ContainerItems->__sizeContainerItem && depth < 9; i++)
        discover(items->ContainerItems->ContainerItem[i].Id, depth + 1);
}

static void read_and_write(char *id)
{
    struct _ns1__GetValuesRequest_GetValuesIds ids = { 1, &id };
    struct _ns1__GetValuesRequest reading = { &ids };
    struct _ns1__GetValuesResponse value = { 0 };
    struct ns1__ValueTypeStateless wanted = { id, "12.5" };
    struct _ns1__SetValuesRequest_SetValuesItems rows = { 1, &wanted };
    struct _ns1__SetValuesRequest writing = { &rows };
    struct _ns1__SetValuesResponse done = { 0 };
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetValues(soap, address, NULL, &reading, &value), "read");
    printf("read %s, state %s\n", value.GetValuesItems->ValueItem->Value, value.GetValuesItems->ValueItem->State);
    http_da_restore(soap, &login);
    check(soap_call___ns1__SetValues(soap, address, NULL, &writing, &done), "write");
    printf("write %s\n", done.SetValuesResults->Result->Success ? "succeeded" : done.SetValuesResults->Result->Message);
}

static void history(char *id)
{
    struct _ns1__GetHistoryRequest_GetHistoryParameter parameter = { id, NULL };
    struct _ns1__GetHistoryRequest request = { &parameter };
    struct _ns1__GetHistoryResponse response = { 0 };
    struct _ns1__HistoryRecordsType_List *list;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetHistory(soap, address, NULL, &request, &response), "history");
    list = response.GetHistoryHistoryRecords->List;
    printf("history of %d records in %s, the last %s at %ld\n", list->__sizeHistoryRecord,
           response.GetHistoryHistoryRecords->Unit, list->HistoryRecord[list->__sizeHistoryRecord - 1].Value,
           (long)list->HistoryRecord[list->__sizeHistoryRecord - 1].TimeStamp);
}

static void alarms(void)
{
    struct _ns1__GetAlarmEventsRequest request = { 0 };
    struct _ns1__GetAlarmEventsResponse response = { 0 };
    struct _ns1__AcknowledgeAlarmEventsRequest_AcknowledgeAlarmEventsIds ids = { 1, NULL };
    struct _ns1__AcknowledgeAlarmEventsRequest acknowledging = { &ids };
    struct _ns1__AcknowledgeAlarmEventsResponse done = { 0 };
    struct ns1__AlarmEventsType *alarm;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetAlarmEvents(soap, address, NULL, &request, &response), "alarms");
    alarm = response.GetAlarmEventsAlarmEvents->AlarmEvent;
    printf("alarm %s, priority %s: %s\n", alarm->ID, alarm->Priority, alarm->Message);
    ids.Id = &alarm->ID;
    http_da_restore(soap, &login);
    check(soap_call___ns1__AcknowledgeAlarmEvents(soap, address, NULL, &acknowledging, &done), "acknowledge");
    printf("acknowledge %s\n", done.AcknowledgeAlarmEventsResults->Result->Success ? "succeeded" : "failed");
}

static void subscribe_and_notify(char *id)
{
    struct ns1__ArrayOfEventIdType ids = { 1, &id, "0" };
    struct ns1__SubscribeFilterType filter = { "0", &ids };
    struct ns1__AddressType nobody = { "" };
    struct ns1__DeliveryType delivery = { &nobody };
    struct _ns1__Subscribe request = { &delivery, "PT30M", &filter };
    struct _ns1__SubscribeResponse subscribed = { 0 };
    struct _ns1__GetNotificationRequest asking = { 0 };
    struct _ns1__GetNotificationResponse told = { 0 };
    http_da_restore(soap, &login);
    check(soap_call___ns1__Subscribe(soap, address, NULL, &request, &subscribed), "subscribe");
    printf("subscribed for %s\n", subscribed.Expires);
    asking.SubscriptionId = subscribed.SubscriptionId;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetNotification(soap, address, NULL, &asking, &told), "notify");
    printf("notified of %s\n", told.Events->ValueChangedEvents->Event->Id);
    asking.NotificationId = told.NotificationId;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetNotification(soap, address, NULL, &asking, &told), "notify again");
    printf("then of %d changes\n", told.Events->ValueChangedEvents->__sizeEvent);
}

static void fault(void)
{
    struct _ns1__GetValuesRequest request = { 0 };
    struct _ns1__GetValuesResponse response = { 0 };
    http_da_restore(soap, &login);
    soap_call___ns1__GetValues(soap, address, NULL, &request, &response);
    printf("fault %s\n", soap_fault_string(soap) ? soap_fault_string(soap) : "without reason");
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    soap = soap_new();
    address = argv[1];
    log_in(argv[2], argv[3]);
    discover("Server", 0);
    read_and_write("Zones/1/ZoneReduction");
    history("Zones/1/OverallConsumptionLogs/ZoneOverallActivePowerTotal-Readings");
    alarms();
    subscribe_and_notify("Zones/1/ZoneName");
    fault();
    return 0;
}
