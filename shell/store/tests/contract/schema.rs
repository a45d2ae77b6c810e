//! Migrating.

use store::{DatabaseUrl, MigrateError};
use tokio::task::JoinSet;

use crate::database::TestDatabase;

pub(crate) async fn migrating_again_changes_nothing(database: &TestDatabase) {
    let [user] = database.people::<1>().await;
    database.store.migrate().await.unwrap();
    assert!(database.store.user(user).await.unwrap().is_some());
    database.store.ping().await.unwrap();
}

pub(crate) async fn a_changed_migration_refuses_to_start(database: &TestDatabase) {
    database.raw("UPDATE schema_migrations SET checksum = 'x' WHERE name = '0002_founding'").await;
    let error = database.store.migrate().await.unwrap_err();
    assert_eq!(error, MigrateError::Changed("0002_founding".to_owned()));
}

pub(crate) async fn a_newer_database_refuses_to_start(database: &TestDatabase) {
    database.raw("INSERT INTO schema_migrations VALUES ('9999_future', 'x', '2030-01-01')").await;
    let error = database.store.migrate().await.unwrap_err();
    assert_eq!(error, MigrateError::Newer("9999_future".to_owned()));
}

pub(crate) async fn programs_that_start_together_migrate_once(database: &TestDatabase) {
    let fresh = match &database.settings.url {
        DatabaseUrl::Sqlite(_) => {
            let path = database.folder.path().join("fresh.db");
            let settings =
                store::Settings { url: DatabaseUrl::Sqlite(path), ..database.settings.clone() };
            store::Store::open(&settings).await.unwrap();
            settings
        }
        DatabaseUrl::Postgres(_) => {
            database.raw("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
            database.settings.clone()
        }
    };
    let mut programs = JoinSet::new();
    for _ in 0..6 {
        let settings = fresh.clone();
        programs.spawn(async move {
            let store = store::Store::open(&settings).await?;
            store.migrate().await
        });
    }
    while let Some(result) = programs.join_next().await {
        result.unwrap().unwrap();
    }
}
