//! Lost devices, resumed seats, a restarted server.

use wire::Secret;
use wire::event::ResumeEvent;

use crate::harness::{Couple, Device};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reloaded_page_takes_its_seat_and_nobody_sees_it_leave() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    let answer = couple.answer(id).await;
    couple.ben_tab.disconnect();

    let reloaded = couple.world.connect(couple.ben, "tab-b-2");
    let token = answer.resume_token.clone();
    let resume =
        ResumeEvent { call_id: id.into(), resume_token: token, last_seq: Some(answer.seq) };
    let back = couple.world.board.resume(&reloaded.actor, resume).await.unwrap();
    assert_eq!(back.call.status.0, call::CallStatus::Active);
    assert!(back.events.iter().all(|event| event.seq > answer.seq));
    assert!(!couple.ann_tab.names().contains(&"call:participant-left"));

    let forged = Some(Secret::new("1.forged".to_owned()));
    let forged = ResumeEvent { call_id: id.into(), resume_token: forged, last_seq: None };
    assert!(couple.world.board.resume(&reloaded.actor, forged).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_the_call_goes_on_with_those_who_come_back() {
    let couple = Couple::new().await;
    let id = couple.ring().await;
    couple.answer(id).await;

    let second = couple.world.restarted();
    assert_eq!(second.recover().await.unwrap(), 1);
    let ann_again = Device::connect(&second, couple.ann, "tab-a");
    let ben_again = Device::connect(&second, couple.ben, "tab-b");
    ann_again.hears("call:participant-reconnected").await;
    let end = second.end(&ben_again.actor, id).await.unwrap();
    assert_eq!(end.status.0, call::CallStatus::Ended);
    ann_again.hears("call:ended").await;
}
