package dev.millrace.standalone;

import dev.millrace.platform.runtime.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A list of the admin API, page by page: each names where the next one goes on. */
final class Pages {
    private Pages() {}

    /** @param name of the page's array */
    static List<JsonObject> of(Settings settings, String path, String name) throws IOException, InterruptedException {
        List<JsonObject> all = new ArrayList<>();
        try (AdminClient admin = new AdminClient(settings)) {
            String next = "";
            do {
                JsonObject page = new JsonObject(
                        admin.get(path + "?limit=1000" + (next.isEmpty() ? "" : "&after=" + AdminClient.part(next))));
                JsonArray items = page.getJsonArray(name);
                for (int i = 0; i < items.size(); i++) {
                    all.add(items.getJsonObject(i));
                }
                next = page.getString("next", "");
            } while (!next.isEmpty());
        }
        return all;
    }
}
