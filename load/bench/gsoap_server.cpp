// Answers GetValues from a file of id, state and value: what gSOAP makes of the contract, with its fast flags.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <unordered_map>

#include "DataExchangeSoap12.nsmap"
#include "soapDataExchangeSoap12Service.h"

struct Kept {
  std::string state, value;
};
static std::unordered_map<std::string, Kept> kept;

int DataExchangeSoap12Service::GetValues(_ns1__GetValuesRequest *request, _ns1__GetValuesResponse &response) {
  response.version = soap_new_std__string(this);
  *response.version = "1.2";
  response.GetValuesItems = soap_new__ns1__GetValuesResponse_GetValuesItems(this);
  if (!request->GetValuesIds) return SOAP_OK;
  for (std::string &id : request->GetValuesIds->Id) {
    auto found = kept.find(id);
    if (found == kept.end()) continue;
    ns1__ValueTypeStateful *item = soap_new_ns1__ValueTypeStateful(this);
    item->Id = &id;
    item->State = &found->second.state;
    item->Value = &found->second.value;
    response.GetValuesItems->ValueItem.push_back(item);
  }
  return SOAP_OK;
}

int main(int, char **arguments) {
  std::ifstream file(arguments[1]);
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::string id;
    Kept one;
    std::getline(columns, id, '\t');
    std::getline(columns, one.state, '\t');
    std::getline(columns, one.value, '\t');
    kept[id] = one;
  }
  DataExchangeSoap12Service service(SOAP_XML_TREE | SOAP_IO_KEEPALIVE);
  service.max_keep_alive = 1000000000;
  if (!soap_valid_socket(service.bind("127.0.0.1", 0, 10))) return 1;
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  getsockname(service.master, reinterpret_cast<struct sockaddr *>(&address), &length);
  std::cout << "{\"url\": \"http://127.0.0.1:" << ntohs(address.sin_port) << "/EcoStruxure/DataExchange\"}" << std::endl;
  while (soap_valid_socket(service.accept())) {
    service.serve();
    service.destroy();
  }
  return 0;
}
