// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/orchestration/activity.hpp>
#include <daybook/orchestration/agents.hpp>
#include <daybook/orchestration/gaps.hpp>
#include <daybook/orchestration/lifecycle.hpp>
#include <daybook/orchestration/planning.hpp>
#include <daybook/orchestration/quality.hpp>
#include <daybook/orchestration/recovery.hpp>
#include <daybook/orchestration/summaries.hpp>
#include <daybook/orchestration/work.hpp>
#include <daybook/orchestration/workflow.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <string_view>
#include <type_traits>

/// All event types of the kit, for what must know every one: registries, documents, tests.
namespace daybook::orchestration {

/// Groups of event types, each with a `name` and its `events`, an `mp_list` of structs.
using event_groups =
    boost::mp11::mp_list<orchestration_group, phase_group, agent_group, activity_group, gap_group,
                         git_group, tracker_group, documentation_group, quality_group,
                         checkpoint_group, summary_group, recovery_group, sprint_group, task_group,
                         session_group, notice_group, workflow_group, control_group>;

template <class Group>
using events_of_group = typename Group::events;

/// Every event struct, in the order of the groups.
using event_types =
    boost::mp11::mp_flatten<boost::mp11::mp_transform<events_of_group, event_groups>,
                            boost::mp11::mp_list<>>;

inline constexpr std::size_t event_type_count = boost::mp11::mp_size<event_types>::value;

/// An event struct of the kit.
template <class E>
concept kit_event = boost::mp11::mp_contains<event_types, E>::value;

/// Calls `visit(std::type_identity<E>{})` for every event struct.
///
///     for_each_event_type([&]<class E>(std::type_identity<E>) { types.insert(E::type_name); });
template <class Visitor>
constexpr void for_each_event_type(Visitor&& visit) {
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, event_types>>(visit);
}

/// The severity of events of this type that do not carry one of their own.
template <class E>
constexpr severity severity_of_type() {
    if constexpr (requires { E::usual_severity; }) {
        return E::usual_severity;
    } else {
        return severity::info;
    }
}

}  // namespace daybook::orchestration
