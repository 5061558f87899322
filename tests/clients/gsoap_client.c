/* A client that gSOAP made of the served WSDL, with its own digest; prints a line of JSON for each step.
 * Arguments: address, user, password, item to write, log, items to read ...
 * Everything between two calls belongs to gSOAP's memory until soap_end. No text of the site holds a quotation mark. */
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

static const char *separator(int i)
{
    return i ? ", " : "";
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
    printf("{\"step\": \"discover\", \"version\": \"%s.%s\", \"operations\": %d, \"containers\": [",
           response.GetWebServiceInformationVersion->MajorVersion,
           response.GetWebServiceInformationVersion->MinorVersion,
           response.GetWebServiceInformationSupportedOperations->__sizeOperation);
}

static void walk(char *id, int depth)
{
    struct _ns1__GetContainerItemsRequest_GetContainerItemsIds ids = { 1, &id };
    struct _ns1__GetContainerItemsRequest request = { &ids };
    struct _ns1__GetContainerItemsResponse response = { 0 };
    struct _ns1__ContainerItemType_Items *items;
    int i;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetContainerItems(soap, address, NULL, &request, &response), "discover");
    items = response.GetContainerItemsItems->ContainerItem->Items;
    printf("%s\"%s\"", separator(depth), id);
    for (i = 0; i < items->ContainerItems->__sizeContainerItem && depth < 9; i++)
        walk(items->ContainerItems->ContainerItem[i].Id, depth + 1);
}

static void read_items(char **read, int count)
{
    struct _ns1__GetValuesRequest_GetValuesIds ids = { count, read };
    struct _ns1__GetValuesRequest request = { &ids };
    struct _ns1__GetValuesResponse response = { 0 };
    struct _ns1__GetItemsRequest_GetItemsIds item_ids = { count, read };
    struct _ns1__GetItemsRequest item_request = { &item_ids };
    struct _ns1__GetItemsResponse item_response = { 0 };
    int i;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetValues(soap, address, NULL, &request, &response), "read");
    printf("{\"step\": \"read\", \"values\": [");
    for (i = 0; i < response.GetValuesItems->__sizeValueItem; i++)
        printf("%s[\"%s\", \"%s\", \"%s\"]", separator(i), response.GetValuesItems->ValueItem[i].Id,
               response.GetValuesItems->ValueItem[i].State, response.GetValuesItems->ValueItem[i].Value);
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetItems(soap, address, NULL, &item_request, &item_response), "read items");
    printf("], \"items\": [");
    for (i = 0; i < item_response.GetItemsItems->ValueItems->__sizeValueItem; i++)
        printf("%s[\"%s\", \"%s\", \"%s\", \"%s\"]", separator(i),
               item_response.GetItemsItems->ValueItems->ValueItem[i].Id,
               item_response.GetItemsItems->ValueItems->ValueItem[i].Name,
               item_response.GetItemsItems->ValueItems->ValueItem[i].Type,
               item_response.GetItemsItems->ValueItems->ValueItem[i].Unit);
    printf("]}\n");
}

static void write_value(char *id)
{
    struct ns1__ValueTypeStateless wanted = { id, "12.5" };
    struct _ns1__SetValuesRequest_SetValuesItems rows = { 1, &wanted };
    struct _ns1__SetValuesRequest request = { &rows };
    struct _ns1__SetValuesResponse done = { 0 };
    http_da_restore(soap, &login);
    check(soap_call___ns1__SetValues(soap, address, NULL, &request, &done), "write");
    printf("{\"step\": \"write\", \"succeeded\": %s}\n", done.SetValuesResults->Result->Success ? "true" : "false");
}

static void history(char *id)
{
    struct _ns1__GetHistoryRequest_GetHistoryParameter parameter = { id, NULL };
    struct _ns1__GetHistoryRequest request = { &parameter };
    struct _ns1__GetHistoryResponse response = { 0 };
    struct _ns1__HistoryRecordsType_List *list;
    int i;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetHistory(soap, address, NULL, &request, &response), "history");
    list = response.GetHistoryHistoryRecords->List;
    printf("{\"step\": \"history\", \"unit\": \"%s\", \"records\": [", response.GetHistoryHistoryRecords->Unit);
    for (i = 0; i < list->__sizeHistoryRecord; i++)
        printf("%s[\"%s\", \"%s\", \"%s\"]", separator(i), soap_dateTime2s(soap, list->HistoryRecord[i].TimeStamp),
               list->HistoryRecord[i].State, list->HistoryRecord[i].Value);
    printf("]}\n");
}

static void alarms(void)
{
    struct _ns1__GetAlarmEventsRequest request = { 0 };
    struct _ns1__GetAlarmEventsResponse response = { 0 };
    struct _ns1__AcknowledgeAlarmEventsRequest_AcknowledgeAlarmEventsIds ids = { 1, NULL };
    struct _ns1__AcknowledgeAlarmEventsRequest acknowledging = { &ids };
    struct _ns1__AcknowledgeAlarmEventsResponse done = { 0 };
    struct ns1__AlarmEventsType *alarm;
    int i;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetAlarmEvents(soap, address, NULL, &request, &response), "alarms");
    alarm = response.GetAlarmEventsAlarmEvents->AlarmEvent;
    printf("{\"step\": \"alarms\", \"alarms\": [");
    for (i = 0; i < response.GetAlarmEventsAlarmEvents->__sizeAlarmEvent; i++)
        printf("%s[\"%s\", \"%s\", \"%s\"]", separator(i), alarm[i].ID, alarm[i].Priority, alarm[i].Message);
    ids.Id = &alarm->ID;
    http_da_restore(soap, &login);
    check(soap_call___ns1__AcknowledgeAlarmEvents(soap, address, NULL, &acknowledging, &done), "acknowledge");
    printf("], \"acknowledged\": %s}\n", done.AcknowledgeAlarmEventsResults->Result->Success ? "true" : "false");
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
    printf("{\"step\": \"subscribe\", \"expires\": \"%s\"", subscribed.Expires);
    asking.SubscriptionId = subscribed.SubscriptionId;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetNotification(soap, address, NULL, &asking, &told), "notify");
    printf(", \"notified\": \"%s\"", told.Events->ValueChangedEvents->Event->Id);
    asking.NotificationId = told.NotificationId;
    http_da_restore(soap, &login);
    check(soap_call___ns1__GetNotification(soap, address, NULL, &asking, &told), "notify again");
    printf(", \"changes\": %d}\n", told.Events->ValueChangedEvents->__sizeEvent);
}

static void fault(void)
{
    struct _ns1__GetValuesRequest request = { 0 };
    struct _ns1__GetValuesResponse response = { 0 };
    http_da_restore(soap, &login);
    soap_call___ns1__GetValues(soap, address, NULL, &request, &response);
    printf("{\"step\": \"fault\", \"reason\": \"%s\"}\n", soap_fault_string(soap) ? soap_fault_string(soap) : "");
}

int main(int argc, char **argv)
{
    if (argc < 7)
        return 2;
    soap = soap_new1(SOAP_C_UTFSTRING);
    address = argv[1];
    log_in(argv[2], argv[3]);
    walk("Server", 0);
    printf("]}\n");
    read_items(argv + 6, argc - 6);
    write_value(argv[4]);
    history(argv[5]);
    alarms();
    subscribe_and_notify(argv[6]);
    fault();
    return 0;
}
