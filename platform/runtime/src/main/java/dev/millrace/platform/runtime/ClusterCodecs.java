package dev.millrace.platform.runtime;

import static dev.millrace.platform.contracts.Codec.BOOL;
import static dev.millrace.platform.contracts.Codec.I32;
import static dev.millrace.platform.contracts.Codec.I64;
import static dev.millrace.platform.contracts.Codec.NOTHING;
import static dev.millrace.platform.contracts.Codec.TEXT;
import static dev.millrace.platform.contracts.Codec.U16;
import static dev.millrace.platform.contracts.Codec.U8;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Codec.Nothing;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.RecordCodec;
import dev.millrace.platform.contracts.Role;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What nodes tell each other about themselves, and the questions they do it with. */
final class ClusterCodecs {
    private ClusterCodecs() {}

    /** Attribute of a Hazelcast member that holds {@link #INFO}, in Base64. */
    static final String ATTRIBUTE = "millrace.node.v1";

    /** Roles by name, sorted; a role that only a newer version knows is passed over. */
    static final Codec<Set<Role>> ROLES = Codec.mapped(
            Codec.list(TEXT),
            names -> {
                Set<Role> roles = EnumSet.noneOf(Role.class);
                Arrays.stream(Role.values())
                        .filter(role -> names.contains(role.text()))
                        .forEach(roles::add);
                return roles;
            },
            roles -> roles.stream().map(Role::text).sorted().toList());

    static final Codec<NodeInfo> INFO = RecordCodec.of(
            TEXT,
            NodeInfo::id,
            ROLES,
            NodeInfo::roles,
            TEXT,
            NodeInfo::advertise,
            U16,
            NodeInfo::rtspPort,
            U16,
            NodeInfo::httpPort,
            TEXT,
            NodeInfo::clusterHost,
            U16,
            NodeInfo::busPort,
            U16,
            NodeInfo::linkPort,
            BOOL,
            NodeInfo::data,
            NodeInfo::new);

    static final Codec<Load> LOAD = RecordCodec.of(
            I32,
            Load::sessions,
            I64,
            Load::bitsPerSecond,
            I64,
            Load::capacity,
            ROLES,
            Load::draining,
            U8,
            Load::cpuPercent,
            Load::new);

    /** A node's report. */
    record Report(String node, Load load) {
        static final Codec<Report> CODEC = RecordCodec.of(TEXT, Report::node, LOAD, Report::load, Report::new);
    }

    /** @param draining false takes new sessions again */
    record Draining(Role role, boolean draining) {
        static final Codec<Draining> CODEC = RecordCodec.of(
                Codec.mapped(TEXT, Role::parse, Role::text), Draining::role, BOOL, Draining::draining, Draining::new);
    }

    /** Told to every member each second, and at once when a role starts or stops draining. */
    static final Question<Report, Nothing> LOAD_REPORT = Question.ofNode("node.load.v1", Report.CODEC, NOTHING);

    /** Asked by a node that joins; empty from a node whose services have not all started. */
    static final Question<Nothing, Optional<Load>> HELLO =
            Question.ofNode("node.hello.v1", NOTHING, Codec.optional(LOAD));

    /** False where the node has not got the role. */
    static final Question<Draining, Boolean> DRAIN = Question.ofNode("node.drain.v1", Draining.CODEC, BOOL);

    /** A node's part of the status, as JSON text. */
    static final Question<Nothing, String> STATUS = Question.ofNode("node.status.v1", NOTHING, TEXT);

    /** Whether the bus carries at all. */
    static final Question<Nothing, Nothing> PING = Question.ofNode("node.ping.v1", NOTHING, NOTHING);

    /** The questions above by name, for the tests of their bytes. */
    static SortedMap<String, Question<?, ?>> questions() {
        TreeMap<String, Question<?, ?>> byName = new TreeMap<>();
        List.<Question<?, ?>>of(LOAD_REPORT, HELLO, DRAIN, STATUS, PING)
                .forEach(question -> byName.put(question.name(), question));
        return byName;
    }

    static String attribute(NodeInfo info) {
        return Base64.getEncoder().encodeToString(INFO.toBytes(info));
    }

    static NodeInfo info(String attribute) {
        return INFO.fromBytes(Base64.getDecoder().decode(attribute));
    }
}
