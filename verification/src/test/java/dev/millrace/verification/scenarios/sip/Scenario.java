package dev.millrace.verification.scenarios.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A scenario file for sipp, written step by step: what one side of a call sends and what it waits for. Every message has a
 * branch, tags and a CSeq of our own choosing, so that a retransmission, an ACK and a CANCEL belong to what they should.
 */
final class Scenario {
    private static final String SDP = """
            v=0
            o=story 1 1 IN IP[local_ip_type] [local_ip]
            s=-
            c=IN IP[media_ip_type] [media_ip]
            t=0 0
            m=audio 6000 RTP/AVP 0 8
            a=rtpmap:0 PCMU/8000
            """;

    /** What a re-INVITE changes. */
    static final String HELD = "a=sendonly\n";

    private static final String CONTACT = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n";

    private final String name;
    private final String domain;
    private final String user;
    private final String peer;
    private String peerDomain;
    private final StringBuilder steps = new StringBuilder();
    private int cseq;

    /** Number of the last INVITE, which its ACK and CANCEL repeat. */
    private int inviteCseq;

    private Scenario(String name, String user, String peer, String domain) {
        this.name = name;
        this.user = user;
        this.peer = peer;
        this.domain = domain;
        this.peerDomain = domain;
    }

    /** The side that begins: user {@code from} of {@link SipNode#DOMAIN} and whom it calls. */
    static Scenario caller(String name, String from, String to) {
        return new Scenario(name, from, to, SipNode.DOMAIN);
    }

    /** The side that is called. */
    static Scenario callee(String name) {
        return new Scenario(name, "", "", SipNode.DOMAIN);
    }

    /** The peer is a user of that domain. */
    Scenario at(String other) {
        peerDomain = other;
        return this;
    }

    /** REGISTER with the digest that the registrar asks for; the contact is the port of sipp, with these parameters. */
    Scenario register(String parameters, int expires) {
        String more =
                "Contact: <sip:" + user + "@[local_ip]:[local_port]>" + parameters + "\nExpires: " + expires + "\n";
        challenged("REGISTER", "401", more);
        return recv("200");
    }

    /** REGISTER where nobody asks for a digest. */
    Scenario registerOpenly() {
        return request("REGISTER", "Contact: <sip:" + user + "@[local_ip]:[local_port]>\nExpires: 600\n")
                .recv("200");
    }

    /** A request outside a dialog that is challenged, and again with the answer. */
    Scenario challenged(String method) {
        return challenged(method, "407", method.equals("INVITE") ? contact() : "");
    }

    private Scenario challenged(String method, String status, String more) {
        request(method, more);
        provisional();
        recv(status, "auth=\"true\"", "");
        if (method.equals("INVITE")) {
            ackOfFailure();
        }
        return request(
                method, more + "[authentication username=" + user + " password=" + SipNode.password(user) + "]\n");
    }

    private String contact() {
        return "Contact: <sip:" + user + "@[local_ip]:[local_port];transport=[transport]>\n";
    }

    /** A request outside a dialog, with these header lines more. */
    Scenario request(String method, String more) {
        cseq++;
        String target = method.equals("REGISTER") ? "sip:" + domain : "sip:" + peer + "@" + peerDomain;
        String to = method.equals("REGISTER") ? user : peer;
        if (method.equals("INVITE")) {
            inviteCseq = cseq;
        }
        return send(
                """
                %s %s SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK%s-%d;rport
                Max-Forwards: 70
                From: <sip:%s@%s>;tag=[pid]f[call_number]
                To: <sip:%s@%s>
                Call-ID: [call_id]
                CSeq: %d %s
                """.formatted(method, target, unique(), cseq, user, domain, to, peerDomain, cseq, method) + more,
                method.equals("INVITE"));
    }

    private static String unique() {
        return "[pid]x[call_number]";
    }

    /** ACK to a final answer that is no 2xx: of the same branch, and hop by hop. */
    Scenario ackOfFailure() {
        return hopByHop("ACK");
    }

    /** CANCEL of the last INVITE. */
    Scenario cancel() {
        hopByHop("CANCEL");
        return recv("200");
    }

    private Scenario hopByHop(String method) {
        return send(
                """
                %s sip:%s@%s SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK%s-%d;rport
                Max-Forwards: 70
                From: <sip:%s@%s>;tag=[pid]f[call_number]
                To: <sip:%s@%s>%s
                Call-ID: [call_id]
                CSeq: %d %s
                """.formatted(
                                method,
                                peer,
                                peerDomain,
                                unique(),
                                inviteCseq,
                                user,
                                domain,
                                peer,
                                peerDomain,
                                method.equals("ACK") ? "[peer_tag_param]" : "",
                                inviteCseq,
                                method),
                false);
    }

    /** A request of the caller inside the dialog, along the recorded route. */
    Scenario inside(String method, String more) {
        int number = method.equals("ACK") ? inviteCseq : ++cseq;
        if (method.equals("INVITE")) {
            inviteCseq = number;
        }
        return send(
                """
                %s [next_url] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK%s-%s%d;rport
                [routes]
                Max-Forwards: 70
                From: <sip:%s@%s>;tag=[pid]f[call_number]
                To: <sip:%s@%s>[peer_tag_param]
                Call-ID: [call_id]
                CSeq: %d %s
                """.formatted(method, unique(), method, number, user, domain, peer, peerDomain, number, method)
                        + more
                        + (method.equals("INVITE") || method.equals("UPDATE") ? contact() : ""),
                method.equals("INVITE"));
    }

    /** A request of the callee inside the dialog; {@link #takeInvite} has learned it. */
    Scenario insideOfCallee(String method) {
        return send("""
                %s [next_url] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK%s-callee;rport
                [routes]
                Max-Forwards: 70
                From: [$to];tag=%s
                To: [$from]
                Call-ID: [call_id]
                CSeq: 1 %s
                """.formatted(method, unique(), calleeTag(), method), false);
    }

    private static String calleeTag() {
        return "[pid]t[call_number]";
    }

    /** Ringing that may come or not. */
    Scenario provisional() {
        steps.append("  <recv response=\"100\" optional=\"true\"/>\n");
        return this;
    }

    /** 180 has to come, 100 may. */
    Scenario ringing() {
        return provisional().recv("180");
    }

    /** The 2xx of INVITE, with the recorded route, and its ACK. */
    Scenario answered() {
        steps.append("  <recv response=\"100\" optional=\"true\"/>\n  <recv response=\"180\" optional=\"true\"/>\n");
        return recv("200", "rrs=\"true\"", "").inside("ACK", "");
    }

    Scenario bye() {
        return inside("BYE", "").recv("200");
    }

    /** Waits for an answer of that status. */
    Scenario recv(String status) {
        return recv(status, "", "");
    }

    /** Waits for an answer; {@code action} may look at it. */
    Scenario recv(String status, String attributes, String action) {
        return step("recv", "response=\"" + status + "\" " + attributes, action);
    }

    /** Waits for the callee's answer, which has to come, and acknowledges it. */
    Scenario failed(String status) {
        return provisional().recv(status).ackOfFailure();
    }

    /** Waits for a request. */
    Scenario take(String method) {
        return take(method, "");
    }

    /** The same; {@code action} may look at it. */
    Scenario take(String method, String action) {
        return step("recv", "request=\"" + method + "\" rrs=\"true\"", action);
    }

    /** A request that may come once more: a 200 that was repeated is acknowledged again, on another branch. */
    Scenario again(String method) {
        return step("recv", "request=\"" + method + "\" optional=\"true\"", "");
    }

    /** The callee's INVITE, of which From and To are kept. */
    Scenario takeInvite() {
        return step("recv", "request=\"INVITE\" rrs=\"true\"", """
                    <action>
                      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
                      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
                      <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/>
                      <ereg regexp="Via: [^[:cntrl:]]+([[:cntrl:]]+Via: [^[:cntrl:]]+)*" search_in="msg" assign_to="vias"/>
                      <ereg regexp="Record-Route: [^[:cntrl:]]+([[:cntrl:]]+Record-Route: [^[:cntrl:]]+)*" search_in="msg" assign_to="recorded"/>
                    </action>
                """);
    }

    /** Fails the call unless a header of the message that was waited for fits the expression. */
    static String header(String header, String expression) {
        return """
                    <action><ereg regexp="%s" search_in="hdr" header="%s:" check_it="true" assign_to="seen"/></action>
                """.formatted(expression, header);
    }

    private Scenario step(String element, String attributes, String inside) {
        steps.append("  <").append(element).append(' ').append(attributes);
        if (inside.isEmpty()) {
            steps.append("/>\n");
        } else {
            steps.append(">\n").append(inside).append("  </").append(element).append(">\n");
        }
        return this;
    }

    /** Answers the INVITE, with these header lines more, whatever requests have come since. */
    Scenario answer(String status, String more, boolean sdp) {
        return send(
                """
                SIP/2.0 %s
                [$vias]
                From:[$from]
                To:[$to];tag=%s
                Call-ID: [call_id]
                CSeq: [$cseq] INVITE
                [$recorded]
                """.formatted(status, calleeTag()) + (more.contains("Contact:") ? "" : CONTACT) + more,
                sdp,
                status.charAt(0) > '1');
    }

    /** The 1xx of RFC 3262 that the caller has to acknowledge by PRACK. */
    Scenario answerReliably(String status) {
        return answer(status, "Require: 100rel\nRSeq: 1\n", true);
    }

    /** Answers a request inside the dialog, whose To has our tag already. */
    Scenario answerInside(String status, boolean sdp) {
        return answerInside(status, "", sdp);
    }

    /** The same with these header lines more. */
    Scenario answerInside(String status, String more, boolean sdp) {
        return send("""
                SIP/2.0 %s
                [last_Via:]
                [last_From:]
                [last_To:]
                [last_Call-ID:]
                [last_CSeq:]
                [last_Record-Route:]
                """.formatted(status) + CONTACT + more, sdp, sdp);
    }

    /** INVITE 180 200 ACK BYE 200, after ringing so long. */
    Scenario takesACall(int ringMs) {
        return takeInvite()
                .answer("180 Ringing", "", false)
                .pause(ringMs)
                .answer("200 OK", "", true)
                .take("ACK")
                .again("ACK")
                .takesTheBye();
    }

    /** INVITE 180 200 ACK, and then it is this end that says BYE. */
    Scenario takesAndEndsACall() {
        return takeInvite()
                .answer("180 Ringing", "", false)
                .answer("200 OK", "", true)
                .take("ACK")
                .insideOfCallee("BYE")
                .again("ACK")
                .recv("200");
    }

    Scenario takesTheBye() {
        return take("BYE").answerInside("200 OK", false);
    }

    /** INVITE 180 CANCEL 200 487 ACK. */
    Scenario ringsUntilCancelled() {
        return takeInvite()
                .answer("180 Ringing", "", false)
                .take("CANCEL")
                .answerInside("200 OK", false)
                .answer("487 Request Terminated", "", false)
                .take("ACK");
    }

    Scenario pause(int milliseconds) {
        if (milliseconds > 0) {
            steps.append("  <pause milliseconds=\"").append(milliseconds).append("\"/>\n");
        }
        return this;
    }

    private Scenario send(String head, boolean sdp) {
        return send(head, sdp, !head.startsWith("ACK"));
    }

    private Scenario send(String head, boolean sdp, boolean again) {
        String held = head.startsWith("INVITE [next_url]") ? HELD : "";
        String body =
                sdp ? "Content-Type: application/sdp\nContent-Length: [len]\n\n" + SDP + held : "Content-Length: 0\n\n";
        // A late second 200 to REGISTER would be the first message of the callee that takes over the port.
        String repeat = head.startsWith("REGISTER") ? " retrans=\"4000\"" : " retrans=\"500\"";
        steps.append("  <send").append(again ? repeat : "").append("><![CDATA[\n");
        steps.append(head).append(body).append("]]></send>\n");
        return this;
    }

    /** Writes it to the folder. */
    Path write(Path folder) {
        String unused = steps.indexOf("assign_to=\"seen\"") >= 0 ? "  <Reference variables=\"seen\"/>\n" : "";
        String from = steps.indexOf("assign_to=\"from\"") >= 0
                ? "  <Reference variables=\"from,to,cseq,vias,recorded\"/>\n"
                : "";
        String text =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE scenario SYSTEM \"sipp.dtd\">\n<scenario name=\""
                        + name + "\">\n" + steps + unused + from + "</scenario>\n";
        try {
            return Files.writeString(folder.resolve(name + ".xml"), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String name() {
        return name;
    }
}
