// Java's HttpURLConnection with an Authenticator; prints a line of JSON for each step.
// Arguments: address, user, password, item to write, log, items to read ...
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class Client {
    static final String NAMESPACE = "http://www.schneider-electric.com/common/dataexchange/2011/05";
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    static String address;

    static Element call(String operation, String content) throws Exception {
        String body = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><" + operation
            + "Request xmlns=\"" + NAMESPACE + "\" version=\"1.2\">" + content + "</" + operation
            + "Request></s:Body></s:Envelope>";
        HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/soap+xml; charset=utf-8");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        if (connection.getResponseCode() != 200)
            throw new IOException(operation + ": " + connection.getResponseCode());
        byte[] answer = connection.getInputStream().readAllBytes();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(answer)).getDocumentElement();
    }

    static List<Element> all(Element element, String tag) {
        NodeList nodes = element.getElementsByTagNameNS(NAMESPACE, tag);
        List<Element> found = new ArrayList<>();
        for (int at = 0; at < nodes.getLength(); at++)
            found.add((Element) nodes.item(at));
        return found;
    }

    static String one(Element element, String tag) {
        return all(element, tag).get(0).getTextContent();
    }

    static String ids(String tag, Stream<String> ids) {
        return "<" + tag + ">" + ids.map(id -> "<Id>" + id + "</Id>").collect(Collectors.joining()) + "</" + tag + ">";
    }

    static String text(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    static String list(Stream<String> members) {
        return members.collect(Collectors.joining(", ", "[", "]"));
    }

    static String rows(Element element, String tag, String... names) {
        return list(all(element, tag).stream().map(row -> list(Stream.of(names).map(name -> text(one(row, name))))));
    }

    static void walk(String id, List<String> found) throws Exception {
        found.add(id);
        Element answer = call("GetContainerItems", ids("GetContainerItemsIds", Stream.of(id)));
        for (Element inner : all(all(answer, "ContainerItems").get(0), "ContainerItem"))
            walk(one(inner, "Id"), found);
    }

    static void tell(String step, String shown) {
        OUT.println("{\"step\": " + text(step) + ", " + shown + "}");
    }

    public static void main(String[] words) throws Exception {
        address = words[0];
        Authenticator.setDefault(new Authenticator() {
            @Override protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(words[1], words[2].toCharArray());
            }
        });
        List<String> read = List.of(words).subList(5, words.length);

        Element about = call("GetWebServiceInformation", "");
        List<String> containers = new ArrayList<>();
        walk("Server", containers);
        tell("discover", "\"version\": " + text(one(about, "MajorVersion") + "." + one(about, "MinorVersion"))
            + ", \"operations\": " + all(about, "Operation").size()
            + ", \"containers\": " + list(containers.stream().map(Client::text)));

        Element values = call("GetValues", ids("GetValuesIds", read.stream()));
        Element items = call("GetItems", ids("GetItemsIds", read.stream()));
        tell("read", "\"values\": " + rows(values, "ValueItem", "Id", "State", "Value")
            + ", \"items\": " + rows(items, "ValueItem", "Id", "Name", "Type", "Unit"));

        String wanted = "<ValueItem><Id>" + words[3] + "</Id><Value>12.5</Value></ValueItem>";
        Element done = call("SetValues", "<SetValuesItems>" + wanted + "</SetValuesItems>");
        tell("write", "\"succeeded\": " + one(done, "Success"));

        Element history = call("GetHistory", ids("GetHistoryParameter", Stream.of(words[4])));
        tell("history", "\"unit\": " + text(one(history, "Unit"))
            + ", \"records\": " + rows(history, "HistoryRecord", "TimeStamp", "State", "Value"));

        Element alarms = call("GetAlarmEvents", "");
        String first = one(alarms, "ID");
        Element told = call("AcknowledgeAlarmEvents", ids("AcknowledgeAlarmEventsIds", Stream.of(first)));
        tell("alarms", "\"alarms\": " + rows(alarms, "AlarmEvent", "ID", "Priority", "Message")
            + ", \"acknowledged\": " + one(told, "Success"));
    }
}
