package dev.millrace.services.location;

import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.AdminRoutes.Answer;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.location.core.UserLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/** A list of users on its way into the table, {@link UserLine} by line, a bounded number at a time. Owned by one event loop. */
final class UserImport {
    /** Users on their way at the same time. */
    private static final int AT_ONCE = 64;

    /** Bad lines that the answer names. */
    private static final int NAMED = 20;

    private final NodeContext node;
    private final Digester digester = new Digester();
    private final Iterator<String> lines;
    private final Promise<Answer> done = Promise.promise();
    private final JsonArray bad = new JsonArray();
    private int number;
    private int added;
    private int failed;
    private int open;
    private boolean looping;

    UserImport(NodeContext node, byte[] body) {
        this.node = node;
        this.lines = new String(body, StandardCharsets.UTF_8).lines().iterator();
    }

    Future<Answer> run() {
        go();
        return done.future();
    }

    private void go() {
        looping = true;
        while (open < AT_ONCE && lines.hasNext()) {
            String line = lines.next();
            number++;
            if (!UserLine.empty(line)) {
                take(line, number);
            }
        }
        looping = false;
        if (open == 0 && !lines.hasNext()) {
            done.tryComplete(Answer.json(
                    failed == 0 ? 200 : 422,
                    new JsonObject().put("added", added).put("failed", failed).put("lines", bad)));
        }
    }

    private void take(String line, int at) {
        Subscriber user;
        try {
            UserLine parsed = UserLine.parse(line);
            String name = parsed.address().user();
            String realm = parsed.address().domain();
            user = new Subscriber(
                    parsed.address().addressOfRecord(),
                    name,
                    realm,
                    Hashes.of(digester, name, realm, parsed.password()).encode());
        } catch (Malformed malformed) {
            failed(at, String.valueOf(malformed.getMessage()));
            return;
        }
        open++;
        node.bus().ask(Subscribers.PUT, user.username(), user).onComplete(put -> {
            open--;
            if (put.failed()) {
                failed(at, String.valueOf(put.cause().getMessage()));
            } else if (!put.result()) {
                failed(at, "there are " + Subscribers.LIMIT + " users, which is the limit");
            } else {
                added++;
            }
            // An answer that is there at once comes while the loop above runs: that goes on by itself.
            if (!looping) {
                go();
            }
        });
    }

    private void failed(int at, String why) {
        failed++;
        if (bad.size() < NAMED) {
            bad.add(new JsonObject().put("line", at).put("why", why));
        }
    }
}
