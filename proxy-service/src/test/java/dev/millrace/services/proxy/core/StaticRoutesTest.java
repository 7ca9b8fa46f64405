package dev.millrace.services.proxy.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocols.wire.Malformed;
import dev.millrace.services.proxy.core.StaticRoutes.StaticRoute;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes as an operator writes them. */
class StaticRoutesTest {
    private static final StaticRoutes ROUTES = new StaticRoutes(List.of(
            StaticRoute.parse("+=world.example.net"),
            StaticRoute.parse("+49=gw1.example.net:5062/tcp|[2001:db8::7]:5060"),
            StaticRoute.parse("Partner.example=192.0.2.9")));

    @Test
    void theLongestPrefixWins() {
        assertThat(ROUTES.forUser("+4930123").orElseThrow().peers())
                .containsExactly(new Peer("gw1.example.net", 5062, "tcp"), new Peer("[2001:db8::7]", 5060, ""));
        assertThat(ROUTES.forUser("+33123").orElseThrow().match()).isEqualTo("+");
        assertThat(ROUTES.forUser("bob")).isEmpty();
        assertThat(ROUTES.forUser("partner.example")).isEmpty();
    }

    @Test
    void aDomainIsMatchedWhole() {
        assertThat(ROUTES.forDomain("PARTNER.example").orElseThrow().peers())
                .containsExactly(new Peer("192.0.2.9", -1, ""));
        assertThat(ROUTES.forDomain("not-partner.example")).isEmpty();
        assertThat(ROUTES.forDomain("+49")).isEmpty();
    }

    @Test
    void eachPeerIsProbedOnce() {
        assertThat(ROUTES.peers()).hasSize(4);
        assertThat(ROUTES.all().get(1)).hasToString("+49=gw1.example.net:5062/tcp|[2001:db8::7]:5060");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "=", "+49", "+49=", "=gw", "+=gw:0", "+=gw:70000", "+=gw/ws", "+=g w", "+=gw|", "+=a@b"})
    void whatIsNoRouteStopsTheStart(String text) {
        assertThatThrownBy(() -> StaticRoute.parse(text)).isInstanceOf(Malformed.class);
    }
}
