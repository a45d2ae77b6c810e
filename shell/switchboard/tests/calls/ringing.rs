//! Starting, answering, declining, cancelling; alone and all at once.

use wire::Code;
use wire::body::{AnswerRequest, RejectRequest};

use crate::harness::{Couple, Device, World, video};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_rings_is_answered_and_ends_with_its_duration() {
    let couple = Couple::new().await;

    let call = couple
        .world
        .board
        .initiate(&couple.ann_tab.actor, video(couple.conversation), None)
        .await
        .unwrap();
    assert_eq!(call.status.0, call::CallStatus::Initiated);
    let incoming = couple.ben_tab.hears("call:incoming").await;
    assert_eq!(incoming["callId"], call.call_id.0.to_string());
    assert_eq!(incoming["initiatedBy"], couple.ann.to_string());
    assert_eq!(incoming["participants"][0]["userName"], "Ann");
    couple.ann_tab.hears("call:ringing").await;

    let id = call.call_id.0;
    let answer = couple.answer(id).await;
    assert_eq!(answer.status.0, call::CallStatus::Active);
    assert_eq!(couple.ann_tab.hears("call:accepted").await["userId"], couple.ben.to_string());
    couple.ann_tab.hears("call:participant-joined").await;

    let end = couple.world.board.end(&couple.ann_tab.actor, id).await.unwrap();
    assert_eq!(end.status.0, call::CallStatus::Ended);
    let ended = couple.ben_tab.hears("call:ended").await;
    assert_eq!(ended["reason"], "ended-by-user");
    assert_eq!(ended["endedBy"], couple.ann.to_string());
    let again = couple.world.board.end(&couple.ben_tab.actor, id).await.unwrap();
    assert_eq!(again.duration, end.duration, "a second end changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn state_events_are_numbered_without_gaps_and_logged_as_sent() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.ann_tab.hears("call:ringing").await;
    couple.answer(id).await;
    couple.world.board.end(&couple.ben_tab.actor, id).await.unwrap();
    couple.ann_tab.hears("call:ended").await;

    let log = couple.world.board.events(couple.ann, id, 0, 100).await.unwrap();
    let numbers: Vec<u64> = log.events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=log.rev).collect::<Vec<_>>());
    let sent: Vec<_> =
        couple.ann_tab.heard().into_iter().filter(|(_, event)| event["seq"].is_u64()).collect();
    for (name, payload) in sent {
        let seq = payload["seq"].as_u64().unwrap();
        let logged = log.events.iter().find(|event| event.seq == seq).unwrap();
        assert_eq!((logged.name.as_str(), &logged.payload), (name, &payload));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_devices_that_answer_at_once_exactly_one_wins() {
    let world = World::new().await;
    let (ann, ben) = (world.person("Ann").await, world.person("Ben").await);
    let conversation = world.conversation(&[ann, ben]).await;
    let ann_tab = world.connect(ann, "tab-a");
    let (phone, laptop) = (world.connect(ben, "phone"), world.connect(ben, "laptop"));
    for _ in 0..200 {
        let id = world
            .board
            .initiate(&ann_tab.actor, video(conversation), None)
            .await
            .unwrap()
            .call_id
            .0;
        let answer = |device: &Device| {
            let (board, actor) = (world.board.clone(), device.actor.clone());
            tokio::spawn(async move { board.answer(&actor, id, AnswerRequest::default()).await })
        };
        let (one, other) = (answer(&phone), answer(&laptop));
        let results = [one.await.unwrap(), other.await.unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let refused = results.iter().find_map(|result| result.as_ref().err()).unwrap();
        assert_eq!(refused.code, Code::AnsweredElsewhere);
        world.board.end(&ann_tab.actor, id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_who_call_each_other_at_once_are_in_one_call() {
    let couple = Couple::new().await;
    for _ in 0..200 {
        let start = |device: &Device| {
            let (board, actor) = (couple.world.board.clone(), device.actor.clone());
            tokio::spawn(
                async move { board.initiate(&actor, video(couple.conversation), None).await },
            )
        };
        let (one, other) = (start(&couple.ann_tab), start(&couple.ben_tab));
        let (one, other) = (one.await.unwrap().unwrap(), other.await.unwrap().unwrap());
        assert_eq!(one.call_id, other.call_id);
        assert!(one.merged != other.merged, "one started it, the other answered");
        let call = couple.world.board.get(couple.ann, one.call_id.0).await.unwrap().call;
        assert_eq!(call.status.0, call::CallStatus::Active);
        couple.world.board.end(&couple.ann_tab.actor, one.call_id.0).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_call_is_missed_and_a_declined_one_is_not() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    let end = couple.world.board.end(&couple.ann_tab.actor, id).await.unwrap();
    assert_eq!((end.status.0, end.duration), (call::CallStatus::Missed, 0));
    couple.ben_tab.hears("call:cancelled").await;
    assert_eq!(couple.ben_tab.hears("call:ring-stopped").await["reason"], "cancelled");

    let second = couple
        .world
        .board
        .initiate(&couple.ann_tab.actor, video(couple.conversation), None)
        .await
        .unwrap()
        .call_id
        .0;
    couple
        .world
        .board
        .reject(&couple.ben_tab.actor, second, RejectRequest::default())
        .await
        .unwrap();
    couple.ann_tab.hears("call:rejected").await;
    let missed = couple.world.board.missed(couple.ben, None, 10, true).await.unwrap();
    let ids: Vec<_> = missed.items.iter().map(|entry| entry.id.0).collect();
    assert_eq!(ids, [id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_in_a_call_cannot_answer_another_one() {
    let world = World::new().await;
    let people = [world.person("Ann").await, world.person("Ben").await, world.person("Cem").await];
    let [ann, ben, cem] = people;
    let first = world.conversation(&[ann, ben]).await;
    let second = world.conversation(&[cem, ben]).await;
    let devices = [world.connect(ann, "a"), world.connect(ben, "b"), world.connect(cem, "c")];
    let [ann_tab, ben_tab, cem_tab] = &devices;
    let talk = world.board.initiate(&ann_tab.actor, video(first), None).await.unwrap().call_id.0;
    world.board.answer(&ben_tab.actor, talk, AnswerRequest::default()).await.unwrap();

    let waiting = world.board.initiate(&cem_tab.actor, video(second), None).await.unwrap();
    assert!(waiting.participants.iter().any(|one| one.busy && one.user_id.0 == ben));
    let id = waiting.call_id.0;
    let refused = world.board.answer(&ben_tab.actor, id, AnswerRequest::default()).await;
    let refused = refused.unwrap_err();
    assert_eq!((refused.code, refused.call_id), (Code::DeviceInCall, Some(talk)));
    world.board.end(&ben_tab.actor, talk).await.unwrap();
    world.board.answer(&ben_tab.actor, id, AnswerRequest::default()).await.unwrap();
}
